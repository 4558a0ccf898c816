-- What findings and rescorings once were. An entry keeps where its present content
-- comes from; content that is changed or deleted is appended to the history. Times are
-- µs since 1970.

-- +goose Up
CREATE TABLE metadata_act ( -- one row per write
    number  INTEGER PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,
    who     TEXT NOT NULL, -- empty if not known, as is request
    request TEXT NOT NULL
) STRICT;

-- Columns of the same name have the contents of artefact_metadata.
CREATE TABLE metadata_history (
    number                       INTEGER PRIMARY KEY AUTOINCREMENT,
    id                           TEXT NOT NULL,
    creation_date                TEXT,
    type                         TEXT NOT NULL,
    component_name               TEXT,
    component_version            TEXT,
    artefact_kind                TEXT,
    artefact_name                TEXT,
    artefact_version             TEXT,
    artefact_type                TEXT,
    artefact_extra_id_normalised TEXT NOT NULL,
    artefact_extra_id            TEXT,
    meta                         TEXT NOT NULL,
    data                         TEXT NOT NULL,
    datasource                   TEXT NOT NULL,
    referenced_type              TEXT,
    discovery_date               TEXT,
    allowed_processing_time      TEXT,
    began                        INTEGER REFERENCES metadata_act (number), -- NULL if it was there before the history
    began_at                     INTEGER, -- NULL if not known
    ended                        INTEGER NOT NULL REFERENCES metadata_act (number),
    ended_at                     INTEGER NOT NULL, -- never before began_at
    deleted                      INTEGER NOT NULL -- 1 if the entry was deleted, else 0
) STRICT;

CREATE INDEX ix_metadata_history_id ON metadata_history (id);
CREATE INDEX ix_metadata_history_component_name ON metadata_history (component_name, component_version, artefact_name, type);
CREATE INDEX ix_metadata_history_type ON metadata_history (type, component_name, artefact_name);

CREATE TABLE metadata_history_start ( -- one row
    at INTEGER -- when the history began; NULL if there was nothing before
) STRICT;
INSERT INTO metadata_history_start (at)
    SELECT CASE WHEN EXISTS (SELECT 1 FROM artefact_metadata) THEN unixepoch() * 1000000 END;

ALTER TABLE artefact_metadata ADD COLUMN since INTEGER; -- act that made the present content, NULL if not known
ALTER TABLE artefact_metadata ADD COLUMN since_at INTEGER; -- when that was, NULL if not known
UPDATE artefact_metadata SET since_at = CAST(round(unixepoch(creation_date, 'subsec') * 1000000) AS INTEGER)
    WHERE type GLOB 'finding/*' OR type = 'rescorings';

-- +goose StatementBegin
CREATE TRIGGER metadata_history_update BEFORE UPDATE ON metadata_history BEGIN
    SELECT RAISE(ABORT, 'the history is only ever added to');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER metadata_history_delete BEFORE DELETE ON metadata_history BEGIN
    SELECT RAISE(ABORT, 'the history is only ever added to');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER metadata_act_update BEFORE UPDATE ON metadata_act BEGIN
    SELECT RAISE(ABORT, 'the history is only ever added to');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER metadata_act_delete BEFORE DELETE ON metadata_act BEGIN
    SELECT RAISE(ABORT, 'the history is only ever added to');
END;
-- +goose StatementEnd

-- +goose Down
ALTER TABLE artefact_metadata DROP COLUMN since_at;
ALTER TABLE artefact_metadata DROP COLUMN since;
DROP TRIGGER metadata_history_delete;
DROP TRIGGER metadata_act_delete;
DROP TABLE metadata_history_start;
DROP TABLE metadata_history;
DROP TABLE metadata_act;
