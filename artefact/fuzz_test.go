package artefact_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
)

// FuzzKey: two identities share a key only if they are the same, as long as no
// part contains what keys are joined with, or the text that stands for null.
func FuzzKey(f *testing.F) {
	f.Add("a", "b", "c", "d", "e", "f", byte(0xff), "a", "b", "c", "d", "e", "f", byte(0x7f))
	f.Add("", "", "", "", "", "", byte(1), "", "", "", "", "", "", byte(0))
	f.Fuzz(func(t *testing.T, a1, a2, a3, a4, a5, a6 string, aSet byte, b1, b2, b3, b4, b5, b6 string, bSet byte) {
		a, plainA := identity(aSet, a1, a2, a3, a4, a5, a6)
		b, plainB := identity(bSet, b1, b2, b3, b4, b5, b6)
		if !plainA || !plainB {
			return
		}
		is := is.New(t)
		same := marshal(t, a) == marshal(t, b)
		is.Equal(artefact.Equal(a, b), same) // the key tells identities apart
	})
}

// identity makes an ID from texts, of which the bits of set choose, and tells if
// none of them is special in keys.
func identity(set byte, texts ...string) (artefact.ID, bool) {
	var p [6]*string
	for i, s := range texts {
		if s == "None" || strings.ContainsAny(s, "|_:") {
			return artefact.ID{}, false
		}
		if set&(1<<i) != 0 {
			p[i] = &s
		}
	}
	id := artefact.ID{ComponentName: p[0], ComponentVersion: p[1], Artefact: &artefact.LocalID{Name: p[2], Version: p[3], Type: p[4]}}
	if p[5] != nil && *p[5] != "" {
		id.Artefact.ExtraID = map[string]string{*p[5]: texts[0], "os": texts[1]}
	}
	if set&(1<<6) != 0 {
		id.Kind = artefact.KindResource
	}
	return id, true
}

func marshal(t *testing.T, id artefact.ID) string {
	t.Helper()
	// Invalid UTF-8 is the same text in JSON, but not in keys; JSON never has it.
	for _, s := range []*string{id.ComponentName, id.ComponentVersion, id.Artefact.Name, id.Artefact.Version, id.Artefact.Type} {
		if s != nil && strings.ToValidUTF8(*s, "") != *s {
			t.Skip("no text")
		}
	}
	for key, value := range id.Artefact.ExtraID {
		if strings.ToValidUTF8(key+value, "") != key+value {
			t.Skip("no text")
		}
	}
	out, err := json.Marshal(id)
	is.New(t).NoErr(err)
	return string(out)
}

// FuzzParse: what is accepted comes back the same.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"component_name":"c","component_version":null,"artefact":{"artefact_name":"n","artefact_extra_id":{"a":"b"}},"artefact_kind":"resource","references":[]}`))
	f.Add([]byte(`{"artefact":null}`))
	f.Add([]byte(`{"component_name":"\ud83d\ude00\u0041"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		id, err := artefact.Parse(data)
		if err != nil {
			return
		}
		is := is.New(t)
		out, err := json.Marshal(id)
		is.NoErr(err)
		again, err := artefact.Parse(out)
		is.NoErr(err)
		is.Equal(again.Key(), id.Key())
		var lenient artefact.ID
		is.NoErr(json.Unmarshal(data, &lenient))
		is.Equal(lenient.Key(), id.Key()) // the lenient reader agrees
	})
}

func BenchmarkKey(b *testing.B) {
	id := artefact.ID{
		ComponentName: new("acme.org/shop"), ComponentVersion: new("1.0.0"), Kind: artefact.KindResource,
		Artefact: &artefact.LocalID{Name: new("web"), Version: new("1.4.2"), Type: new("ociImage"), ExtraID: map[string]string{"arch": "amd64"}},
	}
	var buf [256]byte
	b.ReportAllocs()
	for b.Loop() {
		id.AppendKey(buf[:0])
	}
}
