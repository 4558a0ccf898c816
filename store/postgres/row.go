package postgres

import (
	"bytes"
	"encoding/json"

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

// entry reads an entry from entryColumns, of which it keeps nothing. Rows of others
// may have any form: what cannot be read is missing, so that one row breaks no
// answer in which it is.
func (d *decoder) entry(row [][]byte) metadata.Entry {
	rest := row[identityWidth:]
	meta := d.metaOf(rest[0], rest[1], rest[2])
	data := bytes.Clone(rest[3])
	if data == nil {
		data = []byte("null")
	}
	return metadata.Entry{
		Artefact:              d.id(row[:identityWidth]),
		Meta:                  meta,
		Data:                  d.types.Stored(meta.Type, json.RawMessage(data)),
		DiscoveryDate:         metadata.Date(rest[4]),
		AllowedProcessingTime: text(rest[5]),
	}
}

// id reads an artefact from identityColumns.
func (d *decoder) id(row [][]byte) artefact.ID {
	if d.began && d.same(row) {
		return d.artefact
	}
	id := artefact.ID{ComponentName: text(row[0]), ComponentVersion: text(row[1]), Kind: artefact.Kind(row[2])}
	extraID := row[6]
	if extraID != nil || row[3] != nil || row[4] != nil || row[5] != nil {
		id.Artefact = &artefact.LocalID{Name: text(row[3]), Version: text(row[4]), Type: text(row[5]), ExtraID: texts(extraID)}
	}
	for i, value := range row {
		d.identity[i] = keep(d.identity[i], value)
	}
	d.artefact, d.began = id, true
	return id
}

// texts reads the texts of a JSON object; other values count as they are written.
func texts(object []byte) map[string]string {
	var members map[string]json.RawMessage
	if len(object) <= len("{}") || json.Unmarshal(object, &members) != nil || len(members) == 0 {
		return nil
	}
	all := make(map[string]string, len(members))
	for key, value := range members {
		var s string
		if json.Unmarshal(value, &s) != nil {
			s = string(value)
		}
		all[key] = s
	}
	return all
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
func (d *decoder) metaOf(typ, datasource, meta []byte) metadata.Meta {
	if d.metaText == nil || !bytes.Equal(meta, d.metaText) {
		d.meta, d.metaText = parseMeta(meta), keep(d.metaText, meta)
	}
	m := d.meta
	if m.Type == "" {
		m.Type = metadata.Type(typ)
	}
	if m.Datasource == "" {
		m.Datasource = metadata.Datasource(datasource)
	}
	return m
}

func parseMeta(meta []byte) metadata.Meta {
	if meta == nil {
		return metadata.Meta{}
	}
	m, err := sqlmatch.ParseMeta(string(meta))
	if err == nil {
		return m
	}
	values := texts(meta) // some value has another type than it should
	return metadata.Meta{
		Type: metadata.Type(values["type"]), Datasource: metadata.Datasource(values["datasource"]),
		CreationDate: metadata.Timestamp(values["creation_date"]), LastUpdate: metadata.Timestamp(values["last_update"]),
	}
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
