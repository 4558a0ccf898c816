-- Artefacts that run somewhere without being part of a component.

-- +goose Up
CREATE TABLE runtime_artefact (
    name          TEXT PRIMARY KEY,
    labels        TEXT NOT NULL, -- JSON object, sorted by key
    artefact      TEXT NOT NULL, -- JSON object
    creation_date TEXT NOT NULL, -- UTC
    UNIQUE (artefact, labels)
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE runtime_artefact;
