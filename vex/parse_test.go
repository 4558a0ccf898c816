package vex_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/vex"
)

const (
	openHead    = `{"@context":"https://openvex.dev/ns/v0.2.0","@id":"x","author":"a","timestamp":"2026-01-01T00:00:00Z","version":1,"statements":`
	cycloneHead = `{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"vulnerabilities":`
)

func TestFaults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		data string
		path string // of the first fault
		says string
	}{
		"nothing":                {"", "", "no JSON"},
		"no JSON":                {"hello", "", "invalid character"},
		"XML":                    {`<?xml version="1.0"?><bom/>`, "", "no JSON"},
		"a list":                 {`[]`, "", "want an object"},
		"cut off":                {openHead + `[`, "", "unexpected end"},
		"twice":                  {`{"@context":"https://openvex.dev/ns/v0.2.0","version":1,"version":2}`, "", "twice"},
		"twice inside":           {openHead + `[{"status":"fixed","status":"affected"}]}`, "statements[0]", "twice"},
		"too deep":               {openHead + strings.Repeat("[", 70) + strings.Repeat("]", 70) + "}", "", "deeper than 64"},
		"NUL":                    {openHead + `[{"status":"\u0000"}]}`, "statements[0].status", "NUL"},
		"no format":              {`{"a":1}`, "", "neither @context nor bomFormat"},
		"CSAF":                   {`{"document":{"category":"csaf_vex"}}`, "", "want OpenVEX 0.2.0 or CycloneDX"},
		"OpenVEX 0.0.1":          {`{"@context":"https://openvex.dev/ns","statements":[]}`, "@context", "another version of OpenVEX"},
		"OpenVEX 9":              {`{"@context":"https://openvex.dev/ns/v9.0.0","statements":[]}`, "@context", "another version of OpenVEX"},
		"CycloneDX 1.3":          {`{"bomFormat":"CycloneDX","specVersion":"1.3"}`, "specVersion", "another version of CycloneDX"},
		"CycloneDX 9":            {`{"bomFormat":"CycloneDX","specVersion":"9.9"}`, "specVersion", `"9.9"`},
		"CycloneDX number":       {`{"bomFormat":"CycloneDX","specVersion":1.6}`, "specVersion", "another version"},
		"no statements":          {openHead + `[]}`, "statements", "says nothing"},
		"statements of text":     {openHead + `"x"}`, "statements", "want a list, got string"},
		"a statement of text":    {openHead + `["x"]}`, "statements[0]", "want an object"},
		"status of number":       {openHead + `[{"status":5}]}`, "statements[0].status", "want a string, got number"},
		"unknown status":         {openHead + statement(`"status":"maybe"`), "statements[0].status", `"maybe" is unknown`},
		"unknown justification":  {openHead + statement(`"status":"not_affected","justification":"because"`), "statements[0].justification", `"because"`},
		"unjustified":            {openHead + statement(`"status":"not_affected"`), "statements[0]", "needs a justification"},
		"no vulnerability":       {openHead + `[{"status":"fixed","products":[{"@id":"a"}]}]}`, "statements[0].vulnerability.name", "is missing"},
		"no products":            {openHead + `[{"status":"fixed","vulnerability":{"name":"C"}}]}`, "statements[0].products", "there are none"},
		"nameless product":       {openHead + `[{"status":"fixed","vulnerability":{"name":"C"},"products":[{}]}]}`, "statements[0].products[0]", "neither @id"},
		"nameless package":       {openHead + `[{"status":"fixed","vulnerability":{"name":"C"},"products":[{"@id":"a","subcomponents":[{}]}]}]}`, "statements[0].products[0].subcomponents[0]", "neither @id"},
		"bad time":               {openHead + statement(`"status":"fixed","timestamp":"yesterday"`), "statements[0]", "yesterday"},
		"bad document time":      {`{"@context":"https://openvex.dev/ns/v0.2.0","timestamp":1,"statements":` + statement(`"status":"fixed"`), "timestamp", "want a time"},
		"bad fact":               {openHead + statement(`"status":"fixed","status_notes":"odg:due-date=soon"`), "statements[0].status_notes", "soon"},
		"bad end":                {openHead + statement(`"status":"fixed","status_notes":"x\n\nodg:severity=NONE\nodg:valid-until=1"`), "statements[0].status_notes", "odg:valid-until=1"},
		"bad fact of response":   {openHead + statement(`"status":"fixed","status_notes":"odg:response=1"`), "statements[0].status_notes", "unknown response"},
		"bad fact of reason":     {openHead + statement(`"status":"fixed","status_notes":"odg:justification=1"`), "statements[0].status_notes", "unknown justification"},
		"no vulnerabilities":     {cycloneHead + `[]}`, "vulnerabilities", "says nothing"},
		"vulnerability of text":  {cycloneHead + `["x"]}`, "vulnerabilities[0]", "want an object"},
		"vulnerabilities object": {cycloneHead + `{}}`, "vulnerabilities", "want a list, got object"},
		"unknown state":          {cycloneHead + vulnerability(`"state":"fine"`, "pkg:npm/a"), "vulnerabilities[0].analysis.state", `"fine" is unknown`},
		"unknown reason":         {cycloneHead + vulnerability(`"state":"not_affected","justification":"because"`, "pkg:npm/a"), "vulnerabilities[0].analysis.justification", `"because"`},
		"unknown response":       {cycloneHead + vulnerability(`"state":"exploitable","response":["update","run"]`, "pkg:npm/a"), "vulnerabilities[0].analysis.response[1]", `"run" is unknown`},
		"bad issue time":         {cycloneHead + vulnerability(`"state":"resolved","lastUpdated":"x"`, "pkg:npm/a"), "vulnerabilities[0].analysis.lastUpdated", "want a time"},
		"no id":                  {cycloneHead + `[{"analysis":{"state":"resolved"},"affects":[{"ref":"pkg:npm/a"}]}]}`, "vulnerabilities[0].id", "is missing"},
		"affects nothing":        {cycloneHead + `[{"id":"C","analysis":{"state":"resolved"}}]}`, "vulnerabilities[0].affects", "there are none"},
		"no ref":                 {cycloneHead + vulnerability(`"state":"resolved"`, ""), "vulnerabilities[0].affects[0].ref", "is missing"},
		"dangling ref":           {cycloneHead + vulnerability(`"state":"resolved"`, "urn:cdx:1/1#abc"), "vulnerabilities[0].affects[0].ref", "no component of this document"},
		"bad property":           {cycloneHead + `[{"id":"C","properties":[{"name":"odg:allowed-processing-time","value":"1.5h"}],"analysis":{"state":"resolved"},"affects":[{"ref":"pkg:npm/a"}]}]}`, "vulnerabilities[0].properties", "1.5h"},
		"metadata of text":       {`{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":"x","vulnerabilities":[]}`, "metadata", "want an object"},
		"bad metadata time":      {`{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"timestamp":"x"},"vulnerabilities":[]}`, "metadata.timestamp", "want a time"},
		"component of text":      {`{"bomFormat":"CycloneDX","specVersion":"1.6","components":["x"]}`, "components[0]", "want an object"},
		"components of text":     {`{"bomFormat":"CycloneDX","specVersion":"1.6","components":"x"}`, "components", "want a list"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			_, err := vex.Parse([]byte(c.data))
			var fault *vex.Error
			is.True(errors.As(err, &fault)) // it is a fault
			is.Equal(fault.Path, c.path)
			is.True(strings.Contains(err.Error(), c.says)) // says what is wrong
		})
	}
}

func statement(rest string) string {
	return `[{"vulnerability":{"name":"CVE-1"},"products":[{"@id":"pkg:npm/a"}],` + rest + `}]}`
}

func vulnerability(analysis, ref string) string {
	return fmt.Sprintf(`[{"id":"CVE-1","analysis":{%s},"affects":[{"ref":%q}]}]}`, analysis, ref)
}

func TestUnknownFormat(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	for _, data := range []string{"", "<bom/>", "{}", `{"@context":"https://openvex.dev/ns"}`, `{"bomFormat":"CycloneDX","specVersion":"1.0"}`} {
		_, err := vex.Parse([]byte(data))
		is.True(errors.Is(err, vex.ErrFormat)) // callers can tell
	}
	is.True(vex.Encode(nil, vex.Document{}, "csaf") != nil)      // nor is one written
	is.True(vex.Encode(nil, vex.Document{}, vex.OpenVEX) != nil) // which must have a time
}

func TestAllFaultsAtOnce(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var list []string
	for range 30 {
		list = append(list, `{"vulnerability":{"name":"C"},"products":[{"@id":"a"}],"status":"no"}`)
	}
	_, err := vex.Parse([]byte(openHead + "[" + strings.Join(list, ",") + "]}"))
	is.True(strings.Contains(err.Error(), "statements[19].status")) // the last that is told
	is.True(strings.Contains(err.Error(), "and 10 more"))
	is.Equal(strings.Count(err.Error(), "\n"), vex.MaxFaults)
}

func TestLimits(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	_, err := vex.Parse(make([]byte, vex.MaxBytes+1))
	is.True(strings.Contains(err.Error(), "larger than"))

	products, err := json.Marshal(make([]struct{}, vex.MaxProducts+1))
	is.NoErr(err)
	_, err = vex.Parse([]byte(openHead + `[{"products":` + string(products) + `}]}`))
	is.True(strings.Contains(err.Error(), "more than 100000 products"))
	_, err = vex.Parse([]byte(cycloneHead + `[{"id":"C","analysis":{"state":"resolved"},"affects":` + string(products) + `}]}`))
	is.True(strings.Contains(err.Error(), "more than 100000 components"))
}

func FuzzParse(f *testing.F) {
	for _, name := range []string{"vexctl.openvex.json", "grype.openvex.json", "trivy.cyclonedx.json", "sbom.cyclonedx.json"} {
		f.Add(read(f, name))
	}
	f.Add([]byte(openHead + statement(`"status":"fixed","status_notes":"odg:severity=NONE"`)))
	f.Add([]byte(cycloneHead + vulnerability(`"state":"resolved"`, "ocm:a:1?name=x")))
	cfg := config(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := vex.Parse(data)
		if err != nil {
			return
		}
		_, _ = vex.Match([]vex.Document{doc}, vex.Input{Config: cfg, Now: now})
		if doc.Time.IsZero() {
			doc.Time = now
		}
		for _, format := range []vex.Format{vex.OpenVEX, vex.CycloneDX} {
			if len(doc.Statements) > 0 { // what is read can be written and read again
				if again := through(t, doc, format); len(again.Statements) != len(doc.Statements) {
					t.Fatalf("%d statements became %d", len(doc.Statements), len(again.Statements))
				}
			}
		}
	})
}

func FuzzScopeID(f *testing.F) {
	f.Add("ocm:example.org/shop/web:1.4.2?kind=resource&name=web&type=ociImage&version=1.4.2")
	f.Add("ocm:a%3Ab:c?extra.os=linux&extra.=x")
	f.Fuzz(func(t *testing.T, s string) {
		id, err := vex.ParseScopeID(s)
		if err != nil {
			return
		}
		again, err := vex.ParseScopeID(vex.ScopeID(id))
		if err != nil || again.Key() != id.Key() {
			t.Fatalf("%q: %s became %s: %v", s, id.Key(), again.Key(), err)
		}
	})
}
