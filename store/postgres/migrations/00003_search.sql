-- What searches need. The columns are derived like those of the migration before:
-- taken from data in Go, because PostgreSQL refuses to look into json in which a
-- text contains NUL, as rows that others wrote may.
--
-- A page is read along an index, in its order, from the place where the page before
-- ended. Those with a time go both ways. They stay cheap to write because entries
-- that come together are neighbours in them; what is scattered over the table, CVEs
-- and packages, has small indexes without an order.

-- +goose Up
ALTER TABLE artefact_metadata
    ADD COLUMN data_cve          text COLLATE "C",
    ADD COLUMN data_package_name text COLLATE "C",
    ADD COLUMN data_severity     text COLLATE "C",
    ADD COLUMN search_text       text COLLATE "C"; -- lower case, what tokens are looked for in

CREATE INDEX ix_artefact_metadata_created_at
    ON artefact_metadata (created_at NULLS FIRST, id COLLATE "C");

CREATE INDEX ix_artefact_metadata_last_update_at
    ON artefact_metadata (last_update_at NULLS FIRST, id COLLATE "C");

-- The version, last, tells rows of other versions apart without looking at them.
CREATE INDEX ix_artefact_metadata_component_created_at
    ON artefact_metadata (component_name COLLATE "C", created_at NULLS FIRST, id COLLATE "C", component_version COLLATE "C");

CREATE INDEX ix_artefact_metadata_component_last_update_at
    ON artefact_metadata (component_name COLLATE "C", last_update_at NULLS FIRST, id COLLATE "C", component_version COLLATE "C");

CREATE INDEX ix_artefact_metadata_cve ON artefact_metadata (data_cve) WHERE data_cve IS NOT NULL;

CREATE INDEX ix_artefact_metadata_package ON artefact_metadata (data_package_name) WHERE data_package_name IS NOT NULL;

-- +goose Down
DROP INDEX ix_artefact_metadata_created_at, ix_artefact_metadata_last_update_at,
    ix_artefact_metadata_component_created_at, ix_artefact_metadata_component_last_update_at, ix_artefact_metadata_cve, ix_artefact_metadata_package;
ALTER TABLE artefact_metadata
    DROP COLUMN data_cve, DROP COLUMN data_package_name, DROP COLUMN data_severity, DROP COLUMN search_text;
