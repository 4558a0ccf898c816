-- A row of blob_store without a digest is content that is being written or
-- removed; its chunks come and go in transactions of their own, so that nobody
-- waits for a long one.

-- +goose Up
CREATE TABLE blob_store (
    ref           INTEGER PRIMARY KEY AUTOINCREMENT,
    digest        TEXT UNIQUE,
    creation_date TEXT, -- UTC
    size          INTEGER, -- bytes
    mime_type     TEXT,
    touched_at    INTEGER NOT NULL DEFAULT (unixepoch()) -- when it was last worked on
) STRICT;

CREATE TABLE blob_chunk (
    ref     INTEGER NOT NULL REFERENCES blob_store (ref),
    number  INTEGER NOT NULL, -- from 0
    content BLOB NOT NULL,
    PRIMARY KEY (ref, number)
) STRICT;

-- What was given up is found without reading all.
CREATE INDEX ix_blob_store_unfinished ON blob_store (touched_at) WHERE digest IS NULL;

-- +goose Down
DROP TABLE blob_chunk;
DROP TABLE blob_store;
