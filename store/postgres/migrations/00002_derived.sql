-- What is added to the table is additive: existing servers neither read nor write
-- it, and their reads and writes go on working while it is there and after it is
-- dropped.
--
-- The derived columns are computed from the others by whoever writes a row. Where
-- somebody else wrote it, derived is NULL, and they are filled in before they are
-- used.

-- +goose Up
ALTER TABLE artefact_metadata
    ADD COLUMN derived        smallint,    -- version of the rules by which the others were derived
    ADD COLUMN reuse_key      uuid,        -- entries of one key share a discovery date
    ADD COLUMN last_update    text COLLATE "C", -- text of meta.last_update
    ADD COLUMN last_update_at timestamptz, -- the same as time, NULL if it is none
    ADD COLUMN created_at     timestamptz, -- meta.creation_date as time, UTC if it has no zone
    ADD COLUMN change         bigint,      -- transaction that wrote the row last, 0 if that was before
    ADD COLUMN change_row     bigint;      -- tells rows of one transaction apart

-- Digests are often longer than the 64 characters of old. Where a view stands in
-- the way the columns stay as they are.
-- +goose StatementBegin
DO $$
BEGIN
    ALTER TABLE artefact_metadata
        ALTER COLUMN component_version TYPE varchar(256),
        ALTER COLUMN artefact_version TYPE varchar(256);
EXCEPTION WHEN feature_not_supported THEN
    RAISE NOTICE 'a view needs the present width of version columns';
END
$$;
-- +goose StatementEnd

-- Rows to derive, usually none.
CREATE INDEX ix_artefact_metadata_underived ON artefact_metadata (id) WHERE derived IS NULL;

-- One look-up finds the discovery date for a new entry.
CREATE INDEX ix_artefact_metadata_reuse_key
    ON artefact_metadata (reuse_key, datasource COLLATE "C", last_update DESC, discovery_date)
    WHERE discovery_date IS NOT NULL;

-- Snapshots, scan infos and rescorings of all artefacts. Findings are not asked for
-- that way, and most rows are findings.
CREATE INDEX ix_artefact_metadata_type ON artefact_metadata (type COLLATE "C")
    WHERE type COLLATE "C" NOT LIKE 'finding/%';

-- Numbers of transactions start anew when a database is restored elsewhere; the
-- offset keeps changes in order.
CREATE TABLE odg_state (
    feed          uuid NOT NULL,   -- part of the change feed's id
    change_offset bigint NOT NULL,
    forgotten     bigint NOT NULL, -- change and change_row of the last deletion that is not remembered
    forgotten_row bigint NOT NULL
);
INSERT INTO odg_state VALUES (gen_random_uuid(), 0, 0, 0);

CREATE SEQUENCE odg_change_row;

-- +goose StatementBegin
CREATE FUNCTION odg_change() RETURNS bigint LANGUAGE sql STABLE AS
    'SELECT pg_current_xact_id()::text::bigint + change_offset FROM odg_state';
-- +goose StatementEnd

ALTER TABLE artefact_metadata
    ALTER COLUMN change SET DEFAULT odg_change(),
    ALTER COLUMN change_row SET DEFAULT nextval('odg_change_row');

CREATE INDEX ix_artefact_metadata_change ON artefact_metadata (change, change_row);

-- An update by somebody else: what was derived holds no more.
-- +goose StatementBegin
CREATE FUNCTION odg_touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.derived := NULL;
    NEW.change := odg_change();
    NEW.change_row := nextval('odg_change_row');
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER odg_touch BEFORE UPDATE ON artefact_metadata FOR EACH ROW
    WHEN (NEW.derived IS NOT DISTINCT FROM OLD.derived AND NEW.change IS NOT DISTINCT FROM OLD.change)
    EXECUTE FUNCTION odg_touch();

-- The change feed tells deletions too, whoever makes them.
CREATE TABLE odg_deleted (
    id         char(32) PRIMARY KEY,
    type       varchar(64),
    change     bigint NOT NULL,
    change_row bigint NOT NULL,
    deleted_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ix_odg_deleted_change ON odg_deleted (change, change_row);
CREATE INDEX ix_odg_deleted_deleted_at ON odg_deleted (deleted_at);

-- +goose StatementBegin
CREATE FUNCTION odg_remember() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO odg_deleted AS d (id, type, change, change_row)
        SELECT id, type, odg_change(), nextval('odg_change_row') FROM gone ORDER BY id
        ON CONFLICT (id) DO UPDATE SET type = excluded.type, change = excluded.change,
            change_row = excluded.change_row, deleted_at = excluded.deleted_at;
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER odg_remember AFTER DELETE ON artefact_metadata REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION odg_remember();

-- +goose Down
DROP TRIGGER odg_remember ON artefact_metadata;
DROP FUNCTION odg_remember();
DROP TABLE odg_deleted;
DROP TRIGGER odg_touch ON artefact_metadata;
DROP FUNCTION odg_touch();
DROP INDEX ix_artefact_metadata_change, ix_artefact_metadata_type, ix_artefact_metadata_reuse_key, ix_artefact_metadata_underived;
ALTER TABLE artefact_metadata
    DROP COLUMN derived, DROP COLUMN reuse_key, DROP COLUMN last_update, DROP COLUMN last_update_at,
    DROP COLUMN created_at, DROP COLUMN change, DROP COLUMN change_row;
DROP SEQUENCE odg_change_row;
DROP FUNCTION odg_change();
DROP TABLE odg_state;
