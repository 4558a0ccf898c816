-- The table of existing installations (contract model, section 6), which are
-- adopted as they are. ref is the oid of a large object, in decimal.

-- +goose Up
CREATE TABLE IF NOT EXISTS blob_store (
    digest        varchar(256) PRIMARY KEY,
    creation_date timestamptz,
    size          bigint, -- int in existing installations
    mime_type     varchar(512),
    ref           varchar(1024)
);

-- Existing servers read a wider column as well.
-- +goose StatementBegin
DO $$
BEGIN
    ALTER TABLE blob_store ALTER COLUMN size TYPE bigint;
EXCEPTION WHEN feature_not_supported THEN
    RAISE NOTICE 'a view needs the present width of blob_store.size';
END
$$;
-- +goose StatementEnd

-- +goose Down
-- The rows are those of an existing installation.
SELECT 1;
