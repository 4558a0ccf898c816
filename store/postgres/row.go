package postgres

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/internal/sqlmatch"
	"github.com/opendeliverygear/odg/metadata"
)

// identityColumns are those of an artefact, entryColumns those of an entry that
// [decoder] reads: all of them arrive as their text.
const (
	identityColumns = `m.component_name, m.component_version, m.artefact_kind,
		m.artefact_name, m.artefact_version, m.artefact_type, m.artefact_extra_id::text`
	entryColumns = identityColumns + `, m.type, m.datasource, m.meta::text, m.data::text,
		m.discovery_date::text, m.allowed_processing_time`

	identityWidth = 7
	entryWidth    = identityWidth + 6
)

// decoder makes entries from rows. Rows that follow each other mostly agree on
// artefact and meta, which are shared then. It is for one goroutine.
type decoder struct {
	types *metadata.Types

	identity [identityWidth][]byte // of the row before
	artefact artefact.ID
	metaText []byte
	meta     metadata.Meta
	began    bool
}

// entry reads an entry from entryColumns, of which it keeps nothing.
func (d *decoder) entry(row [][]byte) (metadata.Entry, error) {
	id, err := d.id(row[:identityWidth])
	if err != nil {
		return metadata.Entry{}, err
	}
	rest := row[identityWidth:]
	meta, err := d.metaOf(rest[0], rest[1], rest[2])
	if err != nil {
		return metadata.Entry{}, err
	}
	return metadata.Entry{
		Artefact:              id,
		Meta:                  meta,
		Data:                  d.types.Stored(meta.Type, json.RawMessage(bytes.Clone(rest[3]))),
		DiscoveryDate:         metadata.Date(rest[4]),
		AllowedProcessingTime: text(rest[5]),
	}, nil
}

// id reads an artefact from identityColumns.
func (d *decoder) id(row [][]byte) (artefact.ID, error) {
	if d.began && d.same(row) {
		return d.artefact, nil
	}
	id := artefact.ID{ComponentName: text(row[0]), ComponentVersion: text(row[1]), Kind: artefact.Kind(row[2])}
	extraID := row[6]
	if extraID != nil || row[3] != nil || row[4] != nil || row[5] != nil {
		id.Artefact = &artefact.LocalID{Name: text(row[3]), Version: text(row[4]), Type: text(row[5])}
	}
	if len(extraID) > 0 && !bytes.Equal(extraID, []byte("{}")) {
		if err := json.Unmarshal(extraID, &id.Artefact.ExtraID); err != nil {
			return id, fmt.Errorf("read column artefact_extra_id: %w", err)
		}
	}
	for i, value := range row {
		d.identity[i] = keep(d.identity[i], value)
	}
	d.artefact, d.began = id, true
	return id, nil
}

func (d *decoder) same(row [][]byte) bool {
	for i, value := range row {
		if !bytes.Equal(value, d.identity[i]) || (value == nil) != (d.identity[i] == nil) {
			return false
		}
	}
	return true
}

// metaOf reads the column meta. Very old rows lack it, or a part of it.
func (d *decoder) metaOf(typ, datasource, meta []byte) (metadata.Meta, error) {
	if d.metaText == nil || !bytes.Equal(meta, d.metaText) {
		parsed, err := parseMeta(meta)
		if err != nil {
			return parsed, err
		}
		d.meta, d.metaText = parsed, keep(d.metaText, meta)
	}
	m := d.meta
	if m.Type == "" {
		m.Type = metadata.Type(typ)
	}
	if m.Datasource == "" {
		m.Datasource = metadata.Datasource(datasource)
	}
	return m, nil
}

func parseMeta(text []byte) (metadata.Meta, error) {
	if text == nil {
		return metadata.Meta{}, nil
	}
	return sqlmatch.ParseMeta(string(text))
}

// keep returns a copy of value in the place of old; nil stays nil.
func keep(old, value []byte) []byte {
	if value == nil {
		return nil
	}
	if old == nil {
		old = make([]byte, 0, len(value))
	}
	return append(old[:0], value...)
}

// text is a column that may be NULL.
func text(value []byte) *string {
	if value == nil {
		return nil
	}
	s := string(value)
	return &s
}
