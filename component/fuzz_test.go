package component_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/opendeliverygear/odg/component"
)

// FuzzDecode holds that every document is read or refused as malformed, and that
// a document means the same in JSON as in YAML.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(v2(elements + "componentReferences:" + references)))
	f.Add([]byte(v3(elements + "references:" + references)))
	f.Add([]byte(`{"meta":{"schemaVersion":"v2"},"component":{"name":"n","version":"1","provider":"{\"name\":\"p\"}"}}`))
	f.Add([]byte("a: &a [1]\nb: *a"))
	f.Add([]byte("\ufeff{}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := component.Decode(data)
		if err != nil {
			if !errors.Is(err, component.ErrMalformed) || d != nil {
				t.Fatalf("got %v, %v", d, err)
			}
			return
		}
		if d.Name == "" || d.Version == "" || d.Provider == "" {
			t.Fatal("a required field is empty")
		}
		for _, a := range d.Artefacts() {
			a.Access.LocalBlob()
			a.Access.S3()
			_ = a.ID.Key()
		}
		d.ResourceIdentities()
		d.Created()
		if converted, err := yaml.YAMLToJSON(data); err == nil && data[0] != '{' {
			again, err := component.Decode(converted)
			if err != nil || !cmp.Equal(d, again) {
				t.Fatalf("JSON differs: %v\n%s", err, cmp.Diff(d, again))
			}
		}
	})
}

// FuzzCompareVersions holds that the order is total.
func FuzzCompareVersions(f *testing.F) {
	f.Add("1.0.0", "v1.0", "1.0.0-rc.1+b")
	f.Add("01.2.3", "latest", "")
	f.Add("1.0.0-01", "1.0.0-1", "1.0.0-1a")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		ab, bc, ac := component.CompareVersions(a, b), component.CompareVersions(b, c), component.CompareVersions(a, c)
		switch {
		case sign(ab) != -sign(component.CompareVersions(b, a)):
			t.Fatal("not antisymmetric")
		case ab == 0 && a != b:
			t.Fatal("different texts are equal")
		case ab <= 0 && bc <= 0 && ac > 0:
			t.Fatal("not transitive")
		case component.IsVersion(a) && !component.Semantic(a):
			t.Fatal("a version that cannot be ordered")
		}
	})
}

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}
