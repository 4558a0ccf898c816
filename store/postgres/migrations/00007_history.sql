-- What findings and rescorings once were. An entry keeps where its present content
-- comes from, so that what is new costs no more than two numbers; content that is
-- changed or deleted is appended to odg_history, whoever changes or deletes it.
--
-- Nothing updates or deletes a row of the history. An owner of the tables who must make
-- it shorter, and has archived it, says so by disabling the trigger:
--
--   ALTER TABLE odg_history DISABLE TRIGGER odg_refuse;
--   DELETE FROM odg_history WHERE ended_at < …;
--   ALTER TABLE odg_history ENABLE TRIGGER odg_refuse;
--   UPDATE odg_state SET history_since = …;

-- +goose Up
CREATE TABLE odg_act ( -- one row per write of ours
    change      bigint PRIMARY KEY, -- its transaction, see odg_change
    at          timestamptz NOT NULL, -- by the clock of the server that wrote
    who         text NOT NULL, -- empty if not known, as is request
    request     text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp() -- by that of the database
);

-- Columns of the same name have the contents of artefact_metadata.
CREATE TABLE odg_history (
    number                       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id                           char(32) NOT NULL,
    creation_date                timestamptz,
    type                         varchar,
    component_name               varchar,
    component_version            varchar,
    artefact_kind                varchar,
    artefact_name                varchar,
    artefact_version             varchar,
    artefact_type                varchar,
    artefact_extra_id_normalised varchar,
    artefact_extra_id            json,
    meta                         json,
    data                         json,
    datasource                   varchar,
    referenced_type              varchar,
    discovery_date               date,
    allowed_processing_time      varchar,
    began                        bigint, -- transaction, NULL if it was there before the history
    began_at                     timestamptz, -- NULL if not known
    ended                        bigint NOT NULL,
    ended_at                     timestamptz NOT NULL, -- never before began_at
    deleted                      boolean NOT NULL
);

CREATE INDEX ix_odg_history_id ON odg_history (id);
CREATE INDEX ix_odg_history_component_name ON odg_history (component_name, component_version, type, artefact_type);
CREATE INDEX ix_odg_history_type ON odg_history (type COLLATE "C") WHERE type COLLATE "C" NOT LIKE 'finding/%';

-- When the history began; NULL if there was nothing before.
ALTER TABLE odg_state ADD COLUMN history_since timestamptz;
UPDATE odg_state SET history_since = now() WHERE EXISTS (SELECT 1 FROM artefact_metadata);

-- Rows that are there keep NULL: of them nothing is known. Others get these, whoever
-- writes them.
ALTER TABLE artefact_metadata
    ADD COLUMN since    bigint, -- transaction that wrote the present content
    ADD COLUMN since_at timestamptz; -- when that was
ALTER TABLE artefact_metadata
    ALTER COLUMN since SET DEFAULT odg_change(),
    ALTER COLUMN since_at SET DEFAULT now();

-- Content that is changed. Who knows of the history sets since; others do not. What is
-- compared stands in the function, so that the types of columns may be altered.
-- +goose StatementBegin
CREATE FUNCTION odg_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.since IS NOT DISTINCT FROM OLD.since THEN
        IF NEW.data::text IS NOT DISTINCT FROM OLD.data::text
            AND (NEW.id, NEW.type, NEW.creation_date, NEW.discovery_date, NEW.allowed_processing_time, NEW.component_name, NEW.component_version,
                NEW.artefact_kind, NEW.artefact_name, NEW.artefact_version, NEW.artefact_type, NEW.artefact_extra_id_normalised)
            IS NOT DISTINCT FROM (OLD.id, OLD.type, OLD.creation_date, OLD.discovery_date, OLD.allowed_processing_time, OLD.component_name, OLD.component_version,
                OLD.artefact_kind, OLD.artefact_name, OLD.artefact_version, OLD.artefact_type, OLD.artefact_extra_id_normalised)
        THEN
            RETURN NEW;
        END IF;
        NEW.since := odg_change();
        NEW.since_at := greatest(now(), OLD.since_at, OLD.created_at);
    END IF;
    IF OLD.type COLLATE "C" LIKE 'finding/%' OR OLD.type = 'rescorings' THEN
        INSERT INTO odg_history (id, creation_date, type, component_name, component_version, artefact_kind, artefact_name,
                artefact_version, artefact_type, artefact_extra_id_normalised, artefact_extra_id, meta, data, datasource,
                referenced_type, discovery_date, allowed_processing_time, began, began_at, ended, ended_at, deleted)
            VALUES (OLD.id, OLD.creation_date, OLD.type, OLD.component_name, OLD.component_version, OLD.artefact_kind, OLD.artefact_name,
                OLD.artefact_version, OLD.artefact_type, OLD.artefact_extra_id_normalised, OLD.artefact_extra_id, OLD.meta, OLD.data, OLD.datasource,
                OLD.referenced_type, OLD.discovery_date, OLD.allowed_processing_time,
                OLD.since, coalesce(OLD.since_at, OLD.created_at), NEW.since, NEW.since_at, false);
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd

-- The name comes before that of odg_touch, and so does the trigger.
CREATE TRIGGER odg_keep BEFORE UPDATE ON artefact_metadata FOR EACH ROW
    WHEN (NEW.since IS DISTINCT FROM OLD.since OR NEW.derived IS NOT DISTINCT FROM OLD.derived AND NEW.change IS NOT DISTINCT FROM OLD.change)
    EXECUTE FUNCTION odg_keep();

-- Content that is deleted.
-- +goose StatementBegin
CREATE FUNCTION odg_bury() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    present bigint := odg_change();
    moment  timestamptz := coalesce((SELECT at FROM odg_act WHERE change = present), now());
BEGIN
    INSERT INTO odg_history (id, creation_date, type, component_name, component_version, artefact_kind, artefact_name,
            artefact_version, artefact_type, artefact_extra_id_normalised, artefact_extra_id, meta, data, datasource,
            referenced_type, discovery_date, allowed_processing_time, began, began_at, ended, ended_at, deleted)
        SELECT id, creation_date, type, component_name, component_version, artefact_kind, artefact_name,
            artefact_version, artefact_type, artefact_extra_id_normalised, artefact_extra_id, meta, data, datasource,
            referenced_type, discovery_date, allowed_processing_time,
            since, coalesce(since_at, created_at), present, greatest(moment, since_at, created_at), true
        FROM gone WHERE type COLLATE "C" LIKE 'finding/%' OR type = 'rescorings' ORDER BY id;
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER odg_bury AFTER DELETE ON artefact_metadata REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION odg_bury();

-- +goose StatementBegin
CREATE FUNCTION odg_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history in table % is only ever added to', TG_TABLE_NAME;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER odg_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON odg_history FOR EACH STATEMENT EXECUTE FUNCTION odg_refuse();
CREATE TRIGGER odg_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON odg_act FOR EACH STATEMENT EXECUTE FUNCTION odg_refuse();

-- +goose Down
DROP TRIGGER odg_bury ON artefact_metadata;
DROP FUNCTION odg_bury();
DROP TRIGGER odg_keep ON artefact_metadata;
DROP FUNCTION odg_keep();
ALTER TABLE artefact_metadata DROP COLUMN since, DROP COLUMN since_at;
ALTER TABLE odg_state DROP COLUMN history_since;
DROP TABLE odg_history;
DROP TABLE odg_act;
DROP FUNCTION odg_refuse();
