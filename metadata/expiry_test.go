package metadata_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/metadata"
)

func TestExpiry(t *testing.T) {
	t.Parallel()
	for in, c := range map[string]struct {
		text metadata.Expiry
		ends string
	}{
		"2025-05-01":                {"2025-05-01", "2025-05-02T00:00:00Z"},
		"20250501":                  {"2025-05-01", "2025-05-02T00:00:00Z"},
		"2025-W18-4":                {"2025-05-01", "2025-05-02T00:00:00Z"},
		"2024-02-28":                {"2024-02-28", "2024-02-29T00:00:00Z"},
		"2025-05-01T10:00":          {"2025-05-01T10:00:00", "2025-05-01T10:00:00Z"},
		"2025-05-01T10:00:00Z":      {"2025-05-01T10:00:00+00:00", "2025-05-01T10:00:00Z"},
		"2025-05-01T10:00:00+02:00": {"2025-05-01T10:00:00+02:00", "2025-05-01T08:00:00Z"},
		"2025-05-01T00:00:00":       {"2025-05-01T00:00:00", "2025-05-01T00:00:00Z"},
	} {
		t.Run(in, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			got, err := metadata.ParseExpiry(in)
			is.NoErr(err)
			is.Equal(got, c.text)
			end, err := got.Time()
			is.NoErr(err)
			is.Equal(end.Format(time.RFC3339), c.ends)
			is.True(!got.Over(end.Add(-time.Nanosecond))) // holds until then
			is.True(got.Over(end))
			again, err := metadata.ParseExpiry(string(got))
			is.NoErr(err)
			is.Equal(again, got) // its own form stays
		})
	}
}

func TestExpiryOfNothing(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	is.True(!metadata.Expiry("").Over(time.Now()))        // no end
	is.True(metadata.Expiry("whenever").Over(time.Now())) // nobody can tell that it holds
	for _, in := range []string{"", "whenever", "2025-13-01", "2025-05"} {
		_, err := metadata.ParseExpiry(in)
		is.True(errors.Is(err, metadata.ErrTime))
		_, err = metadata.Expiry(in).Time()
		is.True(errors.Is(err, metadata.ErrTime))
	}
}

const expiring = `{"artefact": {"component_name": "c"}, "meta": {"datasource": "delivery-dashboard", "type": "rescorings"}, "data": {
	"finding": {"package_name": "openssl", "cve": "CVE-1"}, "referenced_type": "finding/vulnerability",
	"severity": "LOW", "user": {"username": "ada"}, "valid_until": END}}`

// The end of a rescoring is validated and kept; who gives none gets none back, as
// before, and the identity is the same with and without.
func TestRescoringWithExpiry(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	with := func(end string) string { return strings.ReplaceAll(expiring, "END", end) }
	e, err := metadata.ParseEntry([]byte(with(`"2025-05-01T10:00Z"`)))
	is.NoErr(err)
	is.True(strings.Contains(string(e.Data.Raw()), `"valid_until":"2025-05-01T10:00:00+00:00"`))
	var decided metadata.CustomRescoring
	is.NoErr(e.Data.Decode(&decided))
	is.Equal(decided.ValidUntil, metadata.Expiry("2025-05-01T10:00:00+00:00"))

	without, err := metadata.ParseEntry([]byte(strings.ReplaceAll(expiring, `, "valid_until": END`, "")))
	is.NoErr(err)
	is.True(!strings.Contains(string(without.Data.Raw()), "valid_until"))
	is.Equal(without.ID(), e.ID())

	null, err := metadata.ParseEntry([]byte(with("null")))
	is.NoErr(err)
	is.True(strings.Contains(string(null.Data.Raw()), `"valid_until":null`))
	is.Equal(null.ID(), e.ID())

	for _, end := range []string{`"soon"`, `7`, `{}`, `true`} {
		_, err := metadata.ParseEntry([]byte(with(end)))
		var fault *metadata.Error
		is.True(errors.As(err, &fault))
		is.True(strings.Contains(err.Error(), "data.valid_until")) // names the path
	}
	text, err := json.Marshal(metadata.Expiry(""))
	is.NoErr(err)
	is.Equal(string(text), "null")
}
