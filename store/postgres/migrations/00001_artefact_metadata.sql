-- The table of existing installations (contract model, section 6), which are
-- adopted as they are.

-- +goose Up
CREATE TABLE IF NOT EXISTS artefact_metadata (
    id                           char(32) PRIMARY KEY,
    creation_date                timestamptz DEFAULT now(),
    type                         varchar(64),
    component_name               varchar(256),
    component_version            varchar(64),
    artefact_kind                varchar(32),
    artefact_name                varchar(128),
    artefact_version             varchar(64),
    artefact_type                varchar(64),
    artefact_extra_id_normalised varchar(1024),
    artefact_extra_id            json,
    meta                         json,
    data                         json,
    data_key                     char(40),
    datasource                   varchar(64),
    referenced_type              varchar(64),
    discovery_date               date,
    allowed_processing_time      varchar(16)
);

CREATE INDEX IF NOT EXISTS ix_artefact_metadata_component_name
    ON artefact_metadata (component_name, component_version, type, artefact_type);

-- +goose Down
-- The rows are those of an existing installation.
SELECT 1;
