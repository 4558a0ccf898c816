package component_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
)

// v2 returns a descriptor of schema v2 with further fields of the component.
func TestDecodeLimits(t *testing.T) {
	t.Parallel()
	anchors := "a: &a " + strings.Repeat("x", 1<<20) + "\nb: [" + strings.Repeat("*a, ", 40) + "]\n"
	laughs := "a: &a [x, x, x, x, x, x, x, x, x]\n"
	for i := range 8 {
		laughs += fmt.Sprintf("%c: &%[1]c [%s]\n", 'b'+i, strings.Repeat(fmt.Sprintf("*%c, ", 'a'+i), 9))
	}
	members := "a: &a {k: " + strings.Repeat("x", 1<<20) + "}\nb: [" + strings.Repeat("*a, ", 40) + "]\n"
	for name, c := range map[string]struct{ text, says string }{
		"aliases of an object": {members, "aliases expand to more than 16777216 bytes"},
		"size":                 {strings.Repeat(" ", component.MaxDescriptorBytes+1), "more than 16777216"},
		"depth of JSON":        {strings.Repeat(`{"a":`, 200) + "1" + strings.Repeat("}", 200), "nested in one another more than 100 times"},
		"depth of YAML":        {"a: " + strings.Repeat("[", 200) + strings.Repeat("]", 200), "nested in one another"},
		"aliases of a text":    {anchors, "aliases expand to more than 16777216 bytes"},
		"billion laughs":       {laughs, "alias"},
		"broken aliases":       {"a: &a *b", "neither JSON nor YAML"},
	} {
		t.Run(name, func(t *testing.T) {
			is := is.New(t)
			_, err := component.Decode([]byte(c.text))
			is.True(errors.Is(err, component.ErrMalformed))
			is.True(strings.Contains(err.Error(), c.says))
		})
	}
}

// TestAliases holds that aliases of an ordinary size are read.
func TestAliases(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	d := decode(t, v2(`labels: [&one {name: one, value: {a: [1, x]}}]
resources:
- {name: web, version: 1.0.0, type: ociImage, relation: local, access: {type: none}, labels: [*one]}
sources: [{name: src, type: git, access: {type: none}, labels: [*one]}]`))
	is.Equal(string(d.Labels[0].Value), `{"a":[1,"x"]}`)
	is.Equal(d.Resources[0].Labels, d.Labels)
	is.Equal(d.Sources[0].Labels, d.Labels)
}

func TestProvider(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text, want string
		labels     int
	}{
		"text":           {"acme.org", "acme.org", 0},
		"object":         {`{"name":"acme.org","labels":[{"name":"l1","value":1}]}`, "acme.org", 1},
		"object, spaced": {"\n {\"name\":\"acme.org\"} ", "acme.org", 0},
		"other object":   {`{"id":"acme.org"}`, `{"id":"acme.org"}`, 0},
		"list":           {`["x"]`, `["x"]`, 0},
		"broken object":  {`{"name":`, `{"name":`, 0},
	} {
		t.Run(name, func(t *testing.T) {
			is := is.New(t)
			quoted, err := json.Marshal(c.text)
			is.NoErr(err)
			d := decode(t, `{"meta":{"schemaVersion":"v2"},"component":{"name":"n","version":"1","provider":`+string(quoted)+`}}`)
			is.Equal(d.Provider, c.want)
			is.Equal(len(d.ProviderLabels), c.labels)
		})
	}
}

func TestCreated(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	label := func(value string) string {
		return "labels: [{name: cloud.gardener/ocm/creation-date, value: " + value + "}]"
	}
	for name, c := range map[string]struct {
		fields string
		want   time.Time
	}{
		"creation time":        {"creationTime: 2026-11-20T01:00:00+01:00", day},
		"before the label":     {"creationTime: 2026-11-20T00:00:00Z\n" + label("2020-01-01"), day},
		"label, day":           {label("2026-11-20"), day},
		"label, no zone":       {label("'2026-11-20T00:00:00'"), day},
		"label for odd time":   {"creationTime: yesterday\n" + label("2026-11-20"), day},
		"label is a number":    {label("2026"), time.Time{}},
		"label is no time":     {label("soon"), time.Time{}},
		"neither":              {"", time.Time{}},
		"creation time is odd": {"creationTime: yesterday", time.Time{}},
	} {
		t.Run(name, func(t *testing.T) {
			is := is.New(t)
			got, ok := decode(t, v2(c.fields)).Created()
			is.Equal(got, c.want)
			is.Equal(ok, !c.want.IsZero())
		})
	}
}

// TestRawParts holds that what is not interpreted is kept as it is.
func TestRawParts(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	signatures := `[{"name":"s","digest":{"value":"00"},"future":1}]`
	d := decode(t, `{"meta":{"schemaVersion":"v2"},"signatures":`+signatures+`,"nestedDigests":null,"component":{"name":"n","version":"1","provider":"p",
		"repositoryContexts":[{"type":"OCIRegistry","baseUrl":"x"},{"type":"y"}]}}`)
	is.Equal(string(d.Signatures), signatures)
	is.True(d.NestedDigests == nil)
	is.Equal(len(d.RepositoryContexts), 2)
	is.Equal(string(d.RepositoryContexts[1]), `{"type":"y"}`)
	is.Equal(string(decode(t, v3("")+"signatures: [{name: s}]\nrepositoryContexts: [{type: z}]").Signatures), `[{"name":"s"}]`)
}
