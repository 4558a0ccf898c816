-- The change feed. Every change has a number, in the order in which they were
-- committed: the last one of an entry stands in its row, a deletion leaves a row of
-- its own until it is forgotten.

-- +goose Up
ALTER TABLE artefact_metadata ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
UPDATE artefact_metadata SET changed = rowid;
CREATE INDEX ix_artefact_metadata_changed ON artefact_metadata (changed);

CREATE TABLE artefact_deletion (
    changed    INTEGER NOT NULL PRIMARY KEY,
    id         TEXT NOT NULL,
    type       TEXT NOT NULL,
    deleted_at INTEGER NOT NULL -- seconds since 1970
) STRICT;

CREATE TABLE change_feed ( -- one row
    id        TEXT NOT NULL, -- tells cursors of this database from others
    last      INTEGER NOT NULL, -- number of the last change
    forgotten INTEGER NOT NULL DEFAULT 0 -- number of the last deletion that was forgotten
) STRICT;
INSERT INTO change_feed (id, last)
    SELECT lower(hex(randomblob(16))), coalesce(max(changed), 0) FROM artefact_metadata;

-- +goose Down
DROP TABLE change_feed;
DROP TABLE artefact_deletion;
DROP INDEX ix_artefact_metadata_changed;
ALTER TABLE artefact_metadata DROP COLUMN changed;
