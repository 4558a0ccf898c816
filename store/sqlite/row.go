package sqlite

import (
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/internal/sqlmatch"
	"github.com/opendeliverygear/odg/metadata"
)

// identityColumns are those that [identityRow] reads.
const identityColumns = `m.component_name, m.component_version, m.artefact_kind,
	m.artefact_name, m.artefact_version, m.artefact_type, m.artefact_extra_id`

// identityRow reads an artefact from [identityColumns].
type identityRow struct {
	component, componentVersion, kind, name, version, typ, extraID sql.NullString
}

func (r *identityRow) columns() []any {
	return []any{&r.component, &r.componentVersion, &r.kind, &r.name, &r.version, &r.typ, &r.extraID}
}

func (r *identityRow) id() (artefact.ID, error) {
	id := artefact.ID{
		ComponentName:    pointer(r.component),
		ComponentVersion: pointer(r.componentVersion),
		Kind:             artefact.Kind(r.kind.String),
	}
	if !r.extraID.Valid {
		return id, nil
	}
	id.Artefact = &artefact.LocalID{Name: pointer(r.name), Version: pointer(r.version), Type: pointer(r.typ)}
	if r.extraID.String == "{}" {
		return id, nil
	}
	if err := json.Unmarshal([]byte(r.extraID.String), &id.Artefact.ExtraID); err != nil {
		return id, fmt.Errorf("read column artefact_extra_id: %w", err)
	}
	return id, nil
}

// entryColumns are those that [entryRow] reads.
const entryColumns = identityColumns + `, m.meta, m.data, m.discovery_date, m.allowed_processing_time`

// entryRow reads an entry from [entryColumns].
type entryRow struct {
	identityRow
	meta, data              string
	discovered, allowedTime sql.NullString

	// The meta that was parsed last, and its text: rows that were written together
	// mostly share it.
	parsed     metadata.Meta
	parsedText string
}

func (r *entryRow) columns() []any {
	return append(r.identityRow.columns(), &r.meta, &r.data, &r.discovered, &r.allowedTime)
}

func (r *entryRow) entry(types *metadata.Types) (metadata.Entry, error) {
	id, err := r.id()
	if err != nil {
		return metadata.Entry{}, err
	}
	if r.meta != r.parsedText {
		if r.parsed, err = sqlmatch.ParseMeta(r.meta); err != nil {
			return metadata.Entry{}, err
		}
		r.parsedText = r.meta
	}
	return metadata.Entry{
		Artefact:              id,
		Meta:                  r.parsed,
		Data:                  types.Stored(r.parsed.Type, json.RawMessage(r.data)),
		DiscoveryDate:         metadata.Date(r.discovered.String),
		AllowedProcessingTime: pointer(r.allowedTime),
	}, nil
}

func pointer(s sql.NullString) *string {
	if !s.Valid {
		return nil
	}
	return &s.String
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

// jsonText writes lists of strings and numbers, which cannot fail.
func jsonText(v any) string {
	text, _ := json.Marshal(v)
	return string(text)
}
