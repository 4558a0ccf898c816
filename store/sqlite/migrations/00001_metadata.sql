-- Column names and contents are those of ODG's PostgreSQL table of the same name,
-- so that rows can be moved between them. reuse_key, last_update and
-- last_update_at are computed from the other columns when a row is written.

-- +goose Up
PRAGMA application_id = 0x6f646721;

CREATE TABLE artefact_metadata (
    id                           TEXT NOT NULL PRIMARY KEY,
    creation_date                TEXT,
    type                         TEXT NOT NULL,
    component_name               TEXT,
    component_version            TEXT,
    artefact_kind                TEXT,
    artefact_name                TEXT,
    artefact_version             TEXT,
    artefact_type                TEXT,
    artefact_extra_id_normalised TEXT NOT NULL DEFAULT '',
    artefact_extra_id            TEXT, -- JSON; NULL if there is no local artefact at all
    meta                         TEXT NOT NULL, -- JSON
    data                         TEXT NOT NULL, -- JSON, byte for byte as it was given
    data_key                     TEXT,
    datasource                   TEXT NOT NULL,
    referenced_type              TEXT,
    discovery_date               TEXT,
    allowed_processing_time      TEXT,
    reuse_key                    TEXT NOT NULL, -- entries of one key share a discovery date
    last_update                  TEXT NOT NULL DEFAULT '', -- text of meta.last_update
    last_update_at               INTEGER -- the same as µs since 1970, NULL if it is no time
) STRICT;

-- Entries of an artefact, or of all artefacts of a component version.
CREATE INDEX ix_artefact_metadata_component_name
    ON artefact_metadata (component_name, component_version, artefact_name, type);

-- Snapshots of all artefacts, and those of one artefact in all versions.
CREATE INDEX ix_artefact_metadata_type
    ON artefact_metadata (type, component_name, artefact_name);

-- One look-up finds the discovery date for a new entry.
CREATE INDEX ix_artefact_metadata_reuse_key
    ON artefact_metadata (reuse_key, datasource, last_update DESC, discovery_date, last_update_at)
    WHERE discovery_date IS NOT NULL;

-- +goose Down
DROP TABLE artefact_metadata;
