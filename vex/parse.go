package vex

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/opendeliverygear/odg/internal/rawjson"
)

// Limits of a document.
const (
	MaxBytes    = 32 << 20 // of the whole document
	MaxDepth    = 64       // of nested objects and lists
	MaxProducts = 100_000  // and packages in them, of all statements together
)

// members are the values of an object by their keys.
type members map[string]json.RawMessage

// text returns the text of a key, "" if it is missing or no text.
func (m members) text(key string) string {
	if m[key] == nil {
		return ""
	}
	s, _ := rawjson.String(m[key])
	return s
}

// Parse reads a VEX document. A document with any fault is refused with all of
// them: errors join [*Error]. Of a format or version that is unknown, the error
// wraps [ErrFormat].
//
// Vulnerabilities of a CycloneDX document without an analysis are left out: they
// say what a scanner found, and nothing about it.
func Parse(data []byte) (Document, error) {
	top, err := check(data)
	if err != nil {
		return Document{}, err
	}
	switch format, err := formatOf(top); {
	case err != nil:
		return Document{}, err
	case format == OpenVEX:
		return parseOpenVEX(top)
	default:
		return parseCycloneDX(top)
	}
}

// check refuses what is not worth a closer look.
func check(data []byte) (members, error) {
	if len(data) > MaxBytes {
		return nil, &Error{Err: fmt.Errorf("the document is larger than %d bytes", MaxBytes)}
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if trimmed := bytes.TrimSpace(data); len(trimmed) == 0 || trimmed[0] == '<' {
		return nil, &Error{Err: fmt.Errorf("this is no JSON: %w", ErrFormat)}
	}
	if depth(data) > MaxDepth {
		return nil, &Error{Err: fmt.Errorf("objects and lists are nested deeper than %d", MaxDepth)}
	}
	list, err := rawjson.Members(data)
	if err == nil {
		err = rawjson.CheckKeys(data)
	}
	if err != nil {
		return nil, located(err)
	}
	top := make(members, len(list))
	for _, m := range list {
		top[m.Key] = m.Value
	}
	return top, nil
}

func located(err error) error {
	var fault *rawjson.Fault
	if errors.As(err, &fault) {
		return &Error{Path: fault.Path, Err: fault.Err}
	}
	return &Error{Err: err}
}

// depth is how deep brackets are nested, whether they match or not.
func depth(data []byte) (deepest int) {
	open, text := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case text && c == '\\':
			i++
		case c == '"':
			text = !text
		case text:
		case c == '{' || c == '[':
			open++
			deepest = max(deepest, open)
		case c == '}' || c == ']':
			open--
		}
	}
	return deepest
}

// cycloneVersions are those that have an analysis and are known.
const cycloneVersions = "1.4 1.5 1.6 1.7"

func formatOf(top members) (Format, error) {
	context, format := top.text("@context"), top.text("bomFormat")
	switch {
	case context == openContext:
		return OpenVEX, nil
	case strings.HasPrefix(context, openNamespace):
		return "", &Error{Path: "@context", Err: fmt.Errorf("%q is another version of OpenVEX: %w", context, ErrFormat)}
	case format == "CycloneDX":
		version := top.text("specVersion")
		if version == "" || !strings.Contains(" "+cycloneVersions+" ", " "+version+" ") {
			return "", &Error{Path: "specVersion", Err: fmt.Errorf("%q is another version of CycloneDX: %w", version, ErrFormat)}
		}
		return CycloneDX, nil
	}
	return "", &Error{Err: fmt.Errorf("neither @context nor bomFormat name a format: %w", ErrFormat)}
}
