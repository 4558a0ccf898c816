package vex_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/vex"
)

// A small document that names the same again and again is read in the time that its size
// takes, or refused with the place where it becomes too much; it does not take minutes.
func TestDocumentsThatAskForALot(t *testing.T) {
	t.Parallel()
	var findings []metadata.Entry
	for i := range 5000 {
		findings = append(findings, found(t, image(fmt.Sprintf("web%d", i), "1"), "CVE-1", "openssl", "3", "pkg:deb/debian/openssl@3"))
	}
	again := func(n int, text string) string { return strings.TrimSuffix(strings.Repeat(text+",", n), ",") }
	for name, c := range map[string]struct {
		vulnerability, products, says string
	}{
		"aliases":             {`{"name":"X","aliases":[` + again(50_000, `"CVE-1"`) + `]}`, `{"@id":"pkg:npm/a"}`, ""},
		"packages nobody has": {`{"name":"CVE-1"}`, again(90_000, `{"@id":"pkg:npm/a"}`), ""},
		"packages in it":      {`{"name":"CVE-1"}`, `{"@id":"example.org/shop","subcomponents":[` + again(90_000, `{"@id":"pkg:npm/a"}`) + `]}`, ""},
		"everything":          {`{"name":"CVE-1"}`, again(90_000, `{"@id":"openssl"}`), `.products[1819]: this and what is before it names so much`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			doc, err := vex.Parse([]byte(openHead + `[{"vulnerability":` + c.vulnerability + `,"products":[` + c.products + `],"status":"fixed"}]}`))
			is.NoErr(err)
			plan, err := vex.Match([]vex.Document{doc}, vex.Input{Findings: findings, Config: config(t), Now: now})
			if c.says == "" {
				is.NoErr(err)
				is.Equal(len(plan.Rescorings), 0)
				is.True(len(plan.Outcomes[0].Product) < 1000)
				return
			}
			is.True(strings.Contains(err.Error(), c.says))
		})
	}
}

// What is wrong is told in a few words, however much of it there is.
func TestFaultsOfHugeDocuments(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	for _, text := range []string{
		openHead + statement(`"status":"`+strings.Repeat("x", 1<<20)+`"`),
		openHead + `[], "` + strings.Repeat("k", 1<<20) + `": "\u0000"}`,
		openHead + `[` + strings.Repeat(`{},`, 1<<20) + `{}]}`,
		openHead + `[` + strings.Repeat(`"x",`, 1<<20) + `{}]}`,
		cycloneHead + `[` + strings.Repeat(`"x",`, 1<<20) + `{}]}`,
		`{"bomFormat":"CycloneDX","specVersion":"1.6","components":[` + strings.Repeat(`"x",`, 1<<20) + `"x"]}`,
	} {
		_, err := vex.Parse([]byte(text))
		is.True(len(err.Error()) < 8000)
	}
	_, err := vex.Parse([]byte(openHead + `[` + strings.Repeat(`{},`, 5000) + `{}]}`))
	is.True(strings.HasSuffix(err.Error(), " more, or more still"))
}
