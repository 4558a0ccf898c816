-- A cache: rows may go at any time.

-- +goose Up
CREATE TABLE component_document (
    id         TEXT PRIMARY KEY, -- cache id of a component descriptor
    digest     TEXT NOT NULL, -- sha256:… of the content
    content    BLOB NOT NULL, -- a document, as JSON mostly
    size       INTEGER NOT NULL, -- bytes
    used_at    INTEGER NOT NULL, -- s since 1970
    stale_from INTEGER -- s since 1970, must not be used from then on
) STRICT;

-- Whatever has to go is found without reading the contents.
CREATE INDEX ix_component_document_used ON component_document (used_at DESC, id, size);

-- +goose Down
DROP TABLE component_document;
