-- Times are text in UTC with nine digits of fraction, which sort as times do.

-- +goose Up
CREATE TABLE backlog (
    name       TEXT NOT NULL PRIMARY KEY,
    service    TEXT NOT NULL,
    artefact   TEXT NOT NULL, -- JSON
    priority   INTEGER NOT NULL,
    timestamp  TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('ready', 'waiting', 'claimed', 'parked')),
    due        TEXT, -- when it leaves the state: not_before if waiting, lease_end if claimed
    attempts   INTEGER NOT NULL DEFAULT 0,
    not_before TEXT,
    last_error TEXT NOT NULL DEFAULT '',
    token      TEXT, -- of the claim, as are the next four
    claimed_by TEXT NOT NULL DEFAULT '',
    claimed_at TEXT,
    lease_end  TEXT,
    again      INTEGER NOT NULL DEFAULT 0 -- triggered since it was claimed
) STRICT;

-- The item to claim next is the first of its service.
CREATE INDEX ix_backlog_ready ON backlog (service, priority DESC, timestamp, name) WHERE state = 'ready';

-- Items whose time has come.
CREATE INDEX ix_backlog_due ON backlog (due) WHERE due IS NOT NULL;

-- +goose Down
DROP TABLE backlog;
