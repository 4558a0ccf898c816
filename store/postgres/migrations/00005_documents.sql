-- A cache of ours, beside the table cache of existing servers, whose values are
-- objects of Python (contract model, section 8). Rows may go at any time.

-- +goose Up
CREATE TABLE odg_component_document (
    id         text PRIMARY KEY, -- cache id of a component descriptor
    digest     text NOT NULL, -- sha256:… of the content
    content    bytea NOT NULL, -- a document, as JSON mostly
    size       bigint NOT NULL, -- bytes
    used_at    timestamptz NOT NULL,
    stale_from timestamptz -- must not be used from then on
);

-- Whatever has to go is found without reading the contents.
CREATE INDEX ix_odg_component_document_used ON odg_component_document (used_at DESC, id) INCLUDE (size);

-- +goose Down
DROP TABLE odg_component_document;
