package metadata_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/opendeliverygear/odg/metadata"
)

// asError returns err as an *Error, or one without path that fails comparisons.
func asError(err error) *metadata.Error {
	var e *metadata.Error
	if !errors.As(err, &e) {
		return &metadata.Error{Err: err}
	}
	return e
}

func text(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}

// compact removes blanks and writes characters instead of escapes, without
// touching order and numbers.
func compact(t *testing.T, data []byte) []byte {
	t.Helper()
	var v ordered
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	return v
}

// ordered is JSON in one form, with one token a line, in the order of the
// original. Only extra identities are sorted, which are maps in Go.
type ordered []byte

func (o *ordered) UnmarshalJSON(data []byte) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	out, err := appendValue(nil, dec, false)
	*o = out
	return err
}

func appendValue(b []byte, dec *json.Decoder, sorted bool) ([]byte, error) {
	token, err := dec.Token()
	if err != nil {
		return nil, err
	}
	d, nested := token.(json.Delim)
	if !nested {
		s, err := json.Marshal(token)
		return append(append(b, s...), '\n'), err
	}
	var parts []string
	for dec.More() {
		part, err := appendMember(nil, dec, d)
		if err != nil {
			return nil, err
		}
		parts = append(parts, string(part))
	}
	if sorted {
		slices.Sort(parts)
	}
	end, err := dec.Token()
	return fmt.Appendf(b, "%s\n%s%s\n", d, strings.Join(parts, ""), end), err
}

func appendMember(b []byte, dec *json.Decoder, in json.Delim) ([]byte, error) {
	if in == '[' {
		return appendValue(b, dec, false)
	}
	key, err := dec.Token()
	if err != nil {
		return nil, err
	}
	return appendValue(fmt.Appendf(b, "%q: ", key), dec, key == "artefact_extra_id")
}
