package postgres_test

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
)

// ruleset is a configuration as a store is given it.
type ruleset struct {
	findings *findingcfg.Config
	types    *metadata.Types
	options  rescore.Options
}

// rulesets differ in types, categories, times, filters, declarations and options.
func rulesets(t testing.TB) []ruleset {
	t.Helper()
	const (
		vulnerabilities = `
- type: finding/vulnerability
  categorisations:
    - {id: NONE, display_name: None, value: 0, rescoring: manual}
    - {id: LOW, display_name: Low, value: 1, allowed_processing_time: 120d, rescoring: manual}
    - {id: HIGH, display_name: High, value: 4, allowed_processing_time: 30d, rescoring: manual}
    - {id: ASK, display_name: Ask, value: 8, allowed_processing_time: input, rescoring: manual}
`
		malware = `
- type: finding/malware
  categorisations:
    - {id: NONE, display_name: None, value: 0, rescoring: manual}
    - {id: HIGH, display_name: High, value: 16, allowed_processing_time: 0d, rescoring: manual}
`
		declared = `
- type: finding/acme
  datasource: acme
  key: [rule]
  categorisations:
    - {id: NONE, display_name: None, value: 0}
    - {id: HIGH, display_name: High, value: 4, allowed_processing_time: 7d}
`
	)
	slower := strings.NewReplacer("30d", "60d", "value: 1,", "value: 2,").Replace(vulnerabilities)
	filtered := vulnerabilities + "  filter:\n    - {semantics: exclude, component_name: '.*-b'}\n"
	var all []ruleset
	for i, text := range []string{
		vulnerabilities + malware + declared, slower + declared, filtered + malware, malware + strings.Replace(declared, "[rule]", "[rule, file?]", 1), vulnerabilities,
	} {
		cfg, _, err := findingcfg.Parse("findings.yaml", []byte(text), findingcfg.Options{})
		if err != nil {
			t.Fatal(err)
		}
		types, err := cfg.Types()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, ruleset{cfg, types, rescore.Options{PeerScopes: i == 4}})
	}
	return all
}

// world draws entries of a few artefacts, with names of its own.
type world struct {
	rand  *rand.Rand
	name  string
	rules ruleset
	now   time.Time
	made  []metadata.Entry
}

func oneOf[T any](w *world, of ...T) T { return of[w.rand.IntN(len(of))] }

// orNil is nil half of the time.
func orNil(w *world, of ...string) *string {
	if w.rand.IntN(2) == 0 {
		return nil
	}
	return new(oneOf(w, of...))
}

func (w *world) component() string { return w.name + oneOf(w, "-a", "-b") }

func (w *world) image() artefact.ID {
	name := oneOf(w, "web", "db")
	return artefact.ID{
		ComponentName: new(w.component()), ComponentVersion: orNil(w, "1", "2"), Kind: artefact.KindResource,
		Artefact: &artefact.LocalID{Name: &name, Version: new(oneOf(w, "1", "2")), Type: new("ociImage")},
	}
}

// scope is of any width. What belongs to all worlds has subjects of its own.
func (w *world) scope() artefact.ID {
	id := w.image()
	switch w.rand.IntN(4) {
	case 0:
		return artefact.ID{}
	case 1:
		return artefact.ID{ComponentName: id.ComponentName}
	case 2:
		id.ComponentVersion, id.Artefact.Version = nil, nil
	}
	if w.rand.IntN(2) == 0 {
		id.Kind, id.Artefact.Type = "", nil
	}
	return id
}

// subject draws a type, and the members by which rescorings refer to one of its findings.
func (w *world) subject() (metadata.Type, metadata.Datasource, map[string]any) {
	switch w.rand.IntN(4) {
	case 0:
		return metadata.TypeMalware, metadata.SourceClamAV, map[string]any{"finding": map[string]any{
			"content_digest": w.name, "filename": "f", "malware": oneOf(w, "x", "y"),
		}}
	case 1:
		return "finding/acme", "acme", map[string]any{"rule": w.name + oneOf(w, "-1", "-2"), "file": oneOf(w, "f", "g")}
	}
	return metadata.TypeVulnerability, metadata.SourceBDBA, map[string]any{"package_name": w.name, "cve": oneOf(w, "CVE-1", "CVE-2")}
}

func (w *world) stamp() metadata.Timestamp {
	return metadata.TimestampOf(w.now.Add(time.Duration(w.rand.IntN(1000)) * time.Second))
}

func (w *world) entry(id artefact.ID, t metadata.Type, source metadata.Datasource, data map[string]any) metadata.Entry {
	raw, err := json.Marshal(data)
	if err != nil {
		panic(err)
	}
	e := metadata.Entry{
		Artefact: id, Meta: metadata.Meta{Type: t, Datasource: source, CreationDate: w.stamp(), LastUpdate: w.stamp()}, Data: payloadOf(w.rules.types, t, raw),
	}
	w.made = append(w.made, e)
	return e
}

// payloadOf has the keys of a configuration.
func payloadOf(types *metadata.Types, t metadata.Type, raw json.RawMessage) metadata.Payload {
	payload, err := types.NewPayload(t, raw)
	if err != nil { // it is about a type that is not declared there
		return types.Stored(t, raw)
	}
	return payload
}

func (w *world) finding() metadata.Entry {
	t, source, data := w.subject()
	data["severity"] = oneOf(w, "NONE", "LOW", "HIGH", "ASK", "ODD")
	if t == metadata.TypeVulnerability {
		data["package_version"], data["cvss_v3_score"] = oneOf(w, "1.0", "2.0"), 7.5
	}
	if t == metadata.TypeMalware {
		data["octets_count"], data["scan_duration_seconds"] = 7, 0.5
	}
	e := w.entry(w.image(), t, source, data)
	e.DiscoveryDate = metadata.Date(w.now.Format(time.DateOnly))
	e.AllowedProcessingTime = orNil(w, "90d", "input", "0d")
	return e
}

func (w *world) rescoring() metadata.Entry {
	t, _, finding := w.subject()
	if details, ok := finding["finding"].(map[string]any); ok {
		finding = details
	}
	user := oneOf(w, "user", "sast-extension")
	data := map[string]any{
		"finding": finding, "referenced_type": t, "severity": oneOf(w, "NONE", "LOW", "HIGH", "ASK", "ODD"),
		"user": map[string]any{"username": user, "type": user}, "matching_rules": []string{metadata.RuleCustomRescoring}, "comment": nil,
		"allowed_processing_time": orNil(w, "5d", "input"), "due_date": orNil(w, "2026-02-01", "2030-01-01"),
	}
	if w.rand.IntN(3) == 0 {
		data["valid_until"] = w.now.Add(time.Duration(w.rand.IntN(72)) * time.Hour).Format("2006-01-02T15:04:05")
	}
	return w.entry(w.scope(), metadata.TypeRescoring, oneOf(w, metadata.SourceDashboard, metadata.SourceSAST), data)
}

// again returns something that was made before, if there is anything.
func (w *world) again() (metadata.Entry, bool) {
	if len(w.made) == 0 {
		return metadata.Entry{}, false
	}
	e := oneOf(w, w.made...)
	e.Data = payloadOf(w.rules.types, e.Meta.Type, e.Data.Raw())
	return e, true
}
