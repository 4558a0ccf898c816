package search_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/search"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func attr(attr string, op search.Op, c search.Criterion) search.Criterion {
	c.Kind, c.Attr, c.Op = search.KindAttribute, attr, op
	return c
}

func TestParseWhere(t *testing.T) {
	t.Parallel()
	type c = search.Criterion
	for text, want := range map[string][]search.Criterion{
		"":                                      nil,
		"  \n ":                                 nil,
		"type = finding/malware":                {attr("type", "eq", c{Value: "finding/malware"})},
		"type=finding/malware":                  {attr("type", "eq", c{Value: "finding/malware"})},
		"type != x":                             {attr("type", "eq", c{Value: "x", Exclude: true})},
		"not type = x":                          {attr("type", "eq", c{Value: "x", Exclude: true})},
		`type = "a b\"\\"`:                      {attr("type", "eq", c{Value: `a b"\`})},
		`type = 'a "b"'`:                        {attr("type", "eq", c{Value: `a "b"`})},
		"data.cve IN (A, 'b c')":                {attr("data.cve", "in", c{Values: []string{"A", "b c"}})},
		"data.cve not in (A)":                   {attr("data.cve", "in", c{Values: []string{"A"}, Exclude: true})},
		"NOT data.cve in(A,B)":                  {attr("data.cve", "in", c{Values: []string{"A", "B"}, Exclude: true})},
		"`data.x y` = 1":                        {attr("data.x y", "eq", c{Value: "1"})},
		"ocm = acme.org/shop":                   {{Kind: "ocm", Value: "acme.org/shop"}},
		"ocm != a:1":                            {{Kind: "ocm", Value: "a:1", Exclude: true}},
		"ocm = a:1.0 recursive":                 {{Kind: "ocm", Value: "a:1.0", Recursive: true}},
		"(ocm = a or ocm = b)":                  {{Kind: "ocm", Value: "a"}, {Kind: "ocm", Value: "b"}},
		`"openssl"`:                             {{Kind: "fulltext", Value: "openssl"}},
		`not "a" and "b" in (type)`:             {{Kind: "fulltext", Value: "a", Exclude: true}, {Kind: "fulltext", Value: "b", Fields: []string{"type"}}},
		"data.severity >= 4":                    {attr("data.severity", "cmp", c{Cmp: ">=", Value: "4"})},
		"data.severity == HIGH":                 {attr("data.severity", "cmp", c{Cmp: "=", Value: "HIGH"})},
		"finding.severity <> HIGH":              {attr("finding.severity", "cmp", c{Cmp: "!=", Value: "HIGH"})},
		"effective.due < 2026-12-01":            {attr("effective.due", "cmp", c{Cmp: "<", Value: "2026-12-01"})},
		"effective.due < today":                 {attr("effective.due", "cmp", c{Cmp: "<", Value: "2026-11-21"})},
		"effective.due in ..today+14d":          {attr("effective.due", "range", c{LTE: "2026-12-05"})},
		"effective.due in today-7d..":           {attr("effective.due", "range", c{GTE: "2026-11-14"})},
		"meta.last_update in today..2027-01-01": {attr("meta.last_update", "range", c{GTE: "2026-11-21", LTE: "2027-01-01"})},
		`effective.due = ""`:                    {attr("effective.due", "eq", c{})},
		"data.name = today":                     {attr("data.name", "eq", c{Value: "today"})},
		"effective.due in .. and type = x":      {attr("effective.due", "range", c{}), attr("type", "eq", c{Value: "x"})},
		"(type = a* or type in (b))":            {attr("type", "eq", c{Value: "a*"}), attr("type", "in", c{Values: []string{"b"}})},
		"not (type = a or type = b)":            {attr("type", "eq", c{Value: "a", Exclude: true}), attr("type", "eq", c{Value: "b", Exclude: true})},
		"(type = a)":                            {attr("type", "eq", c{Value: "a"})},
		"effective.value > 1 and effective.value < 8": {
			attr("effective.value", "cmp", c{Cmp: ">", Value: "1"}), attr("effective.value", "cmp", c{Cmp: ">=", Value: "8", Exclude: true})},
		"effective.value > 1 and effective.value in (2, 4) and effective.value <> 3": {
			attr("effective.value", "cmp", c{Cmp: "<=", Value: "1", Exclude: true}), attr("effective.value", "in", c{Values: []string{"2", "4"}}),
			attr("effective.value", "cmp", c{Cmp: "=", Value: "3", Exclude: true})},
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			got, err := search.ParseWhere(text, noon)
			is.NoErr(err)
			is.Equal(cmp.Diff(want, got), "")
			again, err := search.ParseWhere(search.FormatWhere(got), noon.AddDate(1, 0, 0))
			is.NoErr(err)
			is.Equal(cmp.Diff(got, again), "") // whenever it is read
		})
	}
}

// TestWhereIsAnd: and means and, also for what a search would OR.
func TestWhereIsAnd(t *testing.T) {
	t.Parallel()
	e := item(t, shop) // CVE-2024-1, HIGH, which is 4
	for text, want := range map[string]bool{
		"data.cve > CVE-2023 and data.cve < CVE-2025":                      true,
		"data.cve > CVE-2025 and data.cve < CVE-2026":                      false,
		"data.cve < CVE-2025 and data.cve > CVE-2024-2":                    false,
		"data.severity >= 2 and data.severity < 4":                         false,
		"data.severity >= 2 and data.severity <= 4":                        true,
		"data.cve = CVE-* and data.cve <> CVE-2024-1":                      false,
		"data.cve <> CVE-2 and data.cve <> CVE-2024-1":                     false,
		"data.cve <> CVE-2 and data.cve = CVE-*":                           true,
		"(data.cve = x or data.cve = CVE-2*) and data.cve >= CVE-2025":     false,
		"(data.cve < CVE-2020 or data.cve > CVE-2023) and data.cve == CVE": false,
		"data.none < 5 and data.none > 3":                                  false,
		"not data.none < 5 and not data.none > 3":                          false,
	} {
		criteria, err := search.ParseWhere(text, noon)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		q, err := search.Compile(search.Request{Criteria: criteria}, search.Env{Categories: categories})
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if got := q.Matches(e); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

func TestWhereFaults(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"type":                                "column 5: the end stands where a comparison is expected; write type = VALUE",
		"type = ":                             "column 8: the end stands where a value is expected",
		"openssl":                             "column 1: unknown attr='openssl'; attributes are",
		"type = a b":                          `column 10: b stands where "and" is expected; join conditions with and`,
		"type = a or ocm = b":                 "column 10: or joins conditions on one attribute, in parentheses",
		"(type = a or ocm = b)":               "column 14: or joins conditions on one attribute only, and the one in column 2 is on another",
		`("a" or "b")`:                        "column 2: texts are not joined by or",
		"(type = a or type != b)":             "column 1: != is not joined by or",
		"(type = a and type = b)":             `column 11: and stands where ")" is expected; parentheses hold`,
		"(type = a":                           `column 10: the end stands where ")" is expected`,
		"((type = a))":                        "column 2: ( stands where a condition is expected",
		"not not type = a":                    "column 5: not stands twice",
		"not type != a":                       "column 5: not and != cancel each other out",
		"not type not in (a)":                 "column 5: not and != cancel each other out",
		"type not = a":                        "column 10: = stands where a comparison is expected",
		"type ~ a":                            "column 6: ~ stands where a comparison is expected",
		"type =! a":                           "column 6: =! compares nothing; write one of",
		"type = and":                          "column 8: and stands where a value is expected; if it is one, write it in quotes",
		"and = type":                          "column 1: and stands where a condition is expected",
		"type = = a":                          "column 8: = stands where a value is expected",
		"type in a":                           `column 10: the end stands where ".." is expected; behind in, write values in parentheses`,
		"type in (a":                          `column 11: the end stands where ")" is expected; a list is written (A, B)`,
		"type in ()":                          "column 10: ) stands where a value is expected",
		"type in (a,)":                        "column 12: ) stands where a value is expected",
		`"a" in type`:                         `column 8: type stands where "(" is expected`,
		`"a" in ("b")`:                        `column 9: "b" stands where a condition is expected`,
		`"type" = a`:                          "column 8: a text in quotes is not compared",
		`"a`:                                  `column 1: the closing " is missing`,
		"type = `a":                           "column 8: the closing ` is missing",
		"type = `a`":                          "column 8: `a` stands where a value is expected",
		`type = "a\n"`:                        "column 8: in quotes, a backslash is written twice",
		`type = "a\`:                          "column 8: in quotes, a backslash is written twice",
		"ocm > a":                             "column 5: > stands where = is expected; write ocm = NAME",
		"ocm in (a)":                          "column 5: in stands where = is expected",
		"ocm = a recursive":                   "column 7: recursive needs a version; write ocm = a:VERSION recursive",
		"ocm = a and ocm = b":                 "column 13: ocm = … stands twice; for alternatives write (ocm = A or ocm = B)",
		"type = a and type = b":               "column 14: type is compared twice; for alternatives write type in (A, B)",
		"nope = x":                            "column 1: unknown attr='nope'",
		"ö = x":                               "column 1: unknown attr='ö'",
		`"öö" and nope = x`:                   "column 10: unknown attr='nope'", // in characters
		"effective.due < soon":                `column 1: effective.due: "soon" is no date`,
		"effective.due < tomorrow":            "is no date",
		"effective.due < today+14":            "column 17: today+14 is no date; write today, today+14d",
		"effective.due < today14d":            "column 17: today14d is no date",
		"effective.due < todayd":              "column 17: todayd is no date",
		"effective.due < today+9999999d":      "is no date",
		"effective.value = HIGH":              `column 1: effective.value: "HIGH" is no integer`,
		"meta.last_update in x..":             "column 1: invalid gte for meta.last_update: x",
		"effective.value in 1..2":             "unsupported op='range'",
		"type = \xff":                         "bytes that are not UTF-8",
		"type = \x00":                         "NUL",
		`"` + strings.Repeat("ä", 1001) + `"`: "column 1: 1001 characters, at most 1000",
		"data." + strings.Repeat("a", 1000) + " = b":                       "column 1: 1005 characters",
		"type in (" + strings.Repeat("a,", 1000) + "a)":                    "at most 1000 are allowed in a list",
		strings.Repeat(`"a" and `, 1000) + `"a"`:                           "at most 1000 conditions",
		strings.Repeat(`"`+strings.Repeat("y", 1000)+`" and `, 66) + `"a"`: "column 65456: the values and fields of all",
		strings.Repeat(" ", search.MaxWhere+1):                             "the expression has 1048577 bytes, at most 1048576",
	} {
		_, err := search.ParseWhere(text, noon)
		var fault search.Error
		if !errors.As(err, &fault) || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: error is %v, want it to say %q", text, err, want)
		}
	}
}

// FuzzParseWhere holds that what is read is written as it is read, and that faults
// are told as such.
func FuzzParseWhere(f *testing.F) {
	f.Add(`type = finding/vulnerability and effective.severity >= HIGH and effective.due < 2026-12-01 and ocm.name = example.org/* and not data.cve in (CVE-1, CVE-2) and "openssl"`)
	f.Add("(ocm = a:1 recursive or ocm != 'b') and effective.due in today-7d..today+14d and `data.x` <> \"\\\"\"")
	f.Fuzz(func(t *testing.T, text string) {
		criteria, err := search.ParseWhere(text, noon)
		if err != nil {
			var fault search.Error
			if !errors.As(err, &fault) {
				t.Errorf("%T is no search.Error", err)
			}
			return
		}
		written := search.FormatWhere(criteria)
		again, err := search.ParseWhere(written, noon.AddDate(0, 1, 0))
		if err != nil {
			t.Fatalf("%q was written as %q, which is not read: %v", text, written, err)
		}
		if twice := search.FormatWhere(again); twice != written {
			t.Errorf("%q was written as %q, then as %q", text, written, twice)
		}
	})
}
