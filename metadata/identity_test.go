package metadata_test

import (
	"encoding/json"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
)

func about(t *testing.T, typ metadata.Type, data string) metadata.Entry {
	t.Helper()
	payload, err := metadata.NewPayload(typ, json.RawMessage(data))
	if err != nil {
		t.Fatal(err)
	}
	return metadata.Entry{
		Artefact: artefact.ID{ComponentName: new("c"), Artefact: &artefact.LocalID{}}, Data: payload,
		Meta: metadata.Meta{Type: typ, Datasource: "x"},
	}
}

// Pairs that share an id although they are about different things, and pairs that
// differ in what does not matter.
func TestSameIdentity(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		typ  metadata.Type
		a, b string
		same bool
	}{
		"other content": {metadata.TypeSAST, `{"severity":"A","sast_status":"s","sub_type":"t"}`, `{"severity":"B","sast_status":"s","sub_type":"t"}`, true},
		"escaped":       {metadata.TypeSAST, `{"severity":"A","sast_status":"\u0073","sub_type":"t"}`, `{"severity":"A","sast_status":"s","sub_type":"t"}`, true},
		"separator":     {metadata.TypeSAST, `{"severity":"A","sast_status":"s|t","sub_type":"u"}`, `{"severity":"A","sast_status":"s","sub_type":"t|u"}`, false},
		"null": {metadata.TypeStructureInfo,
			`{"package_name":"p","base_url":"","report_url":"","product_id":1,"group_id":1,"licenses":[],"filesystem_paths":[]}`,
			`{"package_name":"p","package_version":"None","base_url":"","report_url":"","product_id":1,"group_id":1,"licenses":[],"filesystem_paths":[]}`, false},
		"labels": {metadata.TypeIP,
			`{"severity":"A","license":{"name":"l"},"policy_violation":{"name":"v"},"labels":["a,b"],"host":"h"}`,
			`{"severity":"A","license":{"name":"l"},"policy_violation":{"name":"v"},"labels":["b","a"],"host":"h"}`, false},
		"plain objects": {"my/type", `{"key":"k","n":1}`, `{"key":"k","n":2}`, true},
		"no key":        {"my/type", `{"n":1}`, `{"n":2}`, true},
		"key None":      {"my/type", `{"key":"None"}`, `{}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			a, b := about(t, c.typ, c.a), about(t, c.typ, c.b)
			is.Equal(a.ID(), b.ID())
			is.Equal(a.SameIdentity(b), c.same)
			is.Equal(b.SameIdentity(a), c.same)
			stored := a
			stored.Data = metadata.BuiltinTypes().Stored(c.typ, a.Data.Raw())
			is.True(stored.SameIdentity(a)) // a round trip through a database changes nothing
		})
	}
}

func TestSameIdentityComparesArtefacts(t *testing.T) {
	t.Parallel()
	full := func() metadata.Entry {
		e := about(t, metadata.TypeScanInfo, `{}`)
		e.Artefact = artefact.ID{
			ComponentName: new("c"), ComponentVersion: new("1"), Kind: artefact.KindResource,
			Artefact: &artefact.LocalID{Name: new("n"), Version: new("2"), Type: new("t"), ExtraID: map[string]string{"os": "linux"}},
		}
		return e
	}
	for name, change := range map[string]func(*metadata.Entry){
		"component name":    func(e *metadata.Entry) { e.Artefact.ComponentName = nil },
		"component version": func(e *metadata.Entry) { e.Artefact.ComponentVersion = new("None") },
		"kind":              func(e *metadata.Entry) { e.Artefact.Kind = artefact.KindSource },
		"artefact":          func(e *metadata.Entry) { e.Artefact.Artefact = nil },
		"name":              func(e *metadata.Entry) { e.Artefact.Artefact.Name = new("N") },
		"version":           func(e *metadata.Entry) { e.Artefact.Artefact.Version = nil },
		"type":              func(e *metadata.Entry) { e.Artefact.Artefact.Type = new("") },
		"extra id":          func(e *metadata.Entry) { e.Artefact.Artefact.ExtraID = map[string]string{"os": "windows"} },
		"datasource":        func(e *metadata.Entry) { e.Meta.Datasource = "y" },
		"entry type":        func(e *metadata.Entry) { e.Meta.Type = "my/type" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			a, b := full(), full()
			is.True(a.SameIdentity(b))
			change(&b)
			is.True(!a.SameIdentity(b))
			is.True(!b.SameIdentity(a))
		})
	}
	t.Run("no artefact is not an empty one", func(t *testing.T) {
		t.Parallel()
		is := is.New(t)
		a, b := full(), full()
		a.Artefact.Artefact, b.Artefact.Artefact = nil, &artefact.LocalID{}
		is.True(!a.SameIdentity(b))
	})
}
