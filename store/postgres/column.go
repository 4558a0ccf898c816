package postgres

import (
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/internal/sqlmatch"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// column is a column that is written, with its value for a row; nil is NULL.
type column struct {
	name, typ string
	value     func(r *store.Row) any
}

// given are the columns of existing installations.
var given = []column{
	{"id", "char(32)", func(r *store.Row) any { return r.ID }},
	{"creation_date", "timestamptz", func(r *store.Row) any { return instant(r.Entry.Meta.CreationDate) }},
	{"type", "varchar", func(r *store.Row) any { return string(r.Entry.Meta.Type) }},
	{"component_name", "varchar", func(r *store.Row) any { return nullable(r.Entry.Artefact.ComponentName) }},
	{"component_version", "varchar", func(r *store.Row) any { return nullable(r.Entry.Artefact.ComponentVersion) }},
	{"artefact_kind", "varchar", func(r *store.Row) any { return null(r.Entry.Artefact.Kind) }},
	{"artefact_name", "varchar", func(r *store.Row) any { return nullable(r.Entry.Artefact.Local().Name) }},
	{"artefact_version", "varchar", func(r *store.Row) any { return nullable(r.Entry.Artefact.Local().Version) }},
	{"artefact_type", "varchar", func(r *store.Row) any { return nullable(r.Entry.Artefact.Local().Type) }},
	{"artefact_extra_id_normalised", "varchar", func(r *store.Row) any { return artefact.NormaliseExtraID(r.Entry.Artefact.Local().ExtraID) }},
	{"artefact_extra_id", "json", func(r *store.Row) any { return extraIDText(r.Entry.Artefact.Artefact) }},
	metaColumn,
	dataColumn,
	{"data_key", "char(40)", func(r *store.Row) any { return nullable(r.Entry.DataKeyDigest()) }},
	{"datasource", "varchar", func(r *store.Row) any { return string(r.Entry.Meta.Datasource) }},
	{"referenced_type", "varchar", func(r *store.Row) any { return null(r.Entry.ReferencedType()) }},
	{"discovery_date", "date", func(r *store.Row) any { return day(r.Entry.DiscoveryDate) }},
	{"allowed_processing_time", "varchar", func(r *store.Row) any { return nullable(r.Entry.AllowedProcessingTime) }},
}

var (
	metaColumn = column{"meta", "json", func(r *store.Row) any { return sqlmatch.MetaText(r.Entry.Meta) }}
	dataColumn = column{"data", "json", func(r *store.Row) any { return string(r.Entry.Data.Raw()) }}
)

// derivation is the version of the rules by which derived columns are computed.
const derivation int16 = 1

// derived are the columns that are computed from the given ones, also for rows
// that others wrote.
var derived = append([]column{
	{"derived", "smallint", func(*store.Row) any { return derivation }},
	{"reuse_key", "uuid", func(r *store.Row) any { return reuseKey(r.ReuseKey) }},
	lastUpdate,
	lastUpdateAt,
	{"created_at", "timestamptz", func(r *store.Row) any { return instant(r.Entry.Meta.CreationDate) }},
	{"subject", "uuid", func(r *store.Row) any {
		if r.Entry.Meta.Type != metadata.TypeRescoring {
			return nil
		}
		return subjectOf(r.Entry)
	}},
}, searched...)

var (
	lastUpdate   = column{"last_update", "text", func(r *store.Row) any { return cut(withoutNUL(string(r.Entry.Meta.LastUpdate))) }}
	lastUpdateAt = column{"last_update_at", "timestamptz", func(r *store.Row) any { return instant(r.Entry.Meta.LastUpdate) }}
)

// reuseKey is a [metadata.ReuseKey] as column.
func reuseKey(text string) any {
	var key [16]byte
	if n, err := hex.Decode(key[:], []byte(text)); err != nil || n != len(key) {
		return nil // no key has this form
	}
	return key
}

// instant is a timestamp as column; NULL if it is no time.
func instant(t metadata.Timestamp) any {
	at, err := t.Time()
	if err != nil {
		return nil
	}
	return at
}

func day(d metadata.Date) any {
	at, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return nil
	}
	return at
}

// extraIDText is NULL if there is no local artefact at all.
func extraIDText(l *artefact.LocalID) any {
	switch {
	case l == nil:
		return nil
	case len(l.ExtraID) == 0:
		return "{}"
	}
	text, _ := json.Marshal(l.ExtraID) // strings cannot fail
	return string(text)
}

// null is the column for a text of which the empty one means null.
func null[T ~string](s T) any {
	if s == "" {
		return nil
	}
	return string(s)
}

// nullable is the column for a text that may be nil.
func nullable(s *string) any {
	if s == nil {
		return nil
	}
	return *s
}
