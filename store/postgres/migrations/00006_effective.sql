-- How findings stand after all that was decided about them, so that lists sort and
-- filter by it. It is a table of its own, not columns of artefact_metadata, because an
-- UPDATE of a row there writes to all of its dozen indexes, however little it changes,
-- and one decision may change a hundred thousand findings.
--
-- Only findings of configured types have a row, and none that their configuration
-- leaves out. Existing servers do not know the table: rows that they write have
-- derived NULL, and are judged when the derived columns are; what they delete goes by
-- a trigger.

-- +goose Up
CREATE TABLE odg_effective (
    id                char(32) PRIMARY KEY, -- of the finding
    type              varchar(64) NOT NULL,
    datasource        varchar(64) NOT NULL,
    subject           uuid, -- digest of what rescorings refer to, NULL if none can
    component_name    text COLLATE "C" NOT NULL, -- empty: none
    component_version text COLLATE "C",
    artefact          uuid NOT NULL, -- digest of the artefact's key without its component's version
    severity          text NOT NULL,
    value             integer NOT NULL,
    due               date,
    rescoring         char(32), -- that decides
    until             timestamptz, -- from then on it may be otherwise
    rules             uuid NOT NULL -- digest of the configuration by which it was judged
);

-- Lists by date and by value, of types and of components; lists of everything are merged
-- from those of each type. The version, last, tells rows of other versions apart without
-- looking at them.
CREATE INDEX ix_odg_effective_type_due ON odg_effective (type, due NULLS FIRST, id COLLATE "C");
CREATE INDEX ix_odg_effective_component_due
    ON odg_effective (component_name, due NULLS FIRST, id COLLATE "C", component_version);
CREATE INDEX ix_odg_effective_type_value ON odg_effective (type, value, id COLLATE "C");
CREATE INDEX ix_odg_effective_component_value
    ON odg_effective (component_name, component_version, value, id COLLATE "C");

-- What has to be judged anew: by a decision, by the passage of time, by other rules.
CREATE INDEX ix_odg_effective_subject ON odg_effective (subject);
CREATE INDEX ix_odg_effective_until ON odg_effective (until) WHERE until IS NOT NULL;
CREATE INDEX ix_odg_effective_rules ON odg_effective (rules);

-- Subjects about which something was decided, whose findings are still to be judged.
CREATE SEQUENCE odg_mark;
CREATE TABLE odg_stale (
    subject  uuid PRIMARY KEY,
    number   bigint NOT NULL DEFAULT nextval('odg_mark'), -- another one after each decision
    ready    boolean NOT NULL DEFAULT false, -- whoever writes findings sees the decision
    -- Up to there they have been judged. In this order rows lie together, too.
    after_component text COLLATE "C" NOT NULL DEFAULT '',
    after_version   text COLLATE "C" NOT NULL DEFAULT '',
    after_id        char(32) NOT NULL DEFAULT ''
);

-- Which rules are followed, and how far findings that have no row were looked for.
CREATE TABLE odg_judged (
    rules       uuid, -- of the configuration that came last, NULL before the first one
    reach       uuid, -- of the part of it that says which findings have a row
    from_change bigint, -- from there on they are to be looked for, NULL if they are not
    from_row    bigint NOT NULL DEFAULT 0,
    again       boolean NOT NULL DEFAULT false -- rescorings refer to findings by the keys of other rules
);
INSERT INTO odg_judged DEFAULT VALUES;

-- Rescorings are found by what they are about.
ALTER TABLE artefact_metadata ADD COLUMN subject uuid; -- of rescorings only
CREATE INDEX ix_artefact_metadata_subject ON artefact_metadata (subject) WHERE subject IS NOT NULL;
UPDATE artefact_metadata SET derived = NULL WHERE type COLLATE "C" = 'rescorings';

-- Findings that go, and decisions that go. Whoever judges in the same transaction says
-- so; nobody else can.
-- +goose StatementBegin
CREATE FUNCTION odg_unjudge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- An array, so that the plan is the same for few and for many.
    DELETE FROM odg_effective WHERE id = ANY(ARRAY(SELECT id FROM gone));
    IF current_setting('odg.judges', true) IS DISTINCT FROM 'on' THEN
        INSERT INTO odg_stale (subject) SELECT DISTINCT subject FROM gone WHERE subject IS NOT NULL ORDER BY subject
            ON CONFLICT (subject) DO UPDATE SET number = nextval('odg_mark'), ready = false,
                after_component = '', after_version = '', after_id = '';
    END IF;
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER odg_unjudge AFTER DELETE ON artefact_metadata REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION odg_unjudge();

-- +goose Down
DROP TRIGGER odg_unjudge ON artefact_metadata;
DROP FUNCTION odg_unjudge();
DROP INDEX ix_artefact_metadata_subject;
ALTER TABLE artefact_metadata DROP COLUMN subject;
DROP TABLE odg_judged;
DROP TABLE odg_stale;
DROP SEQUENCE odg_mark;
DROP TABLE odg_effective;
