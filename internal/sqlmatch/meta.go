package sqlmatch

import (
	"encoding/json"
	"fmt"

	"github.com/opendeliverygear/odg/internal/rawjson"
	"github.com/opendeliverygear/odg/metadata"
)

// MetaText is the column meta: all fields in ODG's order, responsibles byte for
// byte, which package json would reformat.
func MetaText(m metadata.Meta) string {
	b := make([]byte, 0, 256)
	b = rawjson.AppendString(append(b, `{"datasource":`...), string(m.Datasource))
	b = rawjson.AppendString(append(b, `,"type":`...), string(m.Type))
	b = appendText(append(b, `,"creation_date":`...), string(m.CreationDate))
	b = appendText(append(b, `,"last_update":`...), string(m.LastUpdate))
	b = append(b, `,"responsibles":`...)
	if m.Responsibles == nil {
		b = append(b, "null"...)
	}
	b = append(append(b, m.Responsibles...), `,"assignee_mode":`...)
	if m.AssigneeMode == nil {
		return string(append(b, "null}"...))
	}
	return string(append(rawjson.AppendString(b, *m.AssigneeMode), '}'))
}

func appendText(b []byte, s string) []byte {
	if s == "" {
		return append(b, "null"...)
	}
	return rawjson.AppendString(b, s)
}

// ParseMeta reads the column meta.
func ParseMeta(text string) (metadata.Meta, error) {
	if m, ok := parseForm(text); ok {
		return m, nil
	}
	var m metadata.Meta
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		return m, fmt.Errorf("read column meta: %w", err)
	}
	if string(m.Responsibles) == "null" {
		m.Responsibles = nil
	}
	return m, nil
}
