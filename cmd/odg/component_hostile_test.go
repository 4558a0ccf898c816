package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/matryer/is"
	"sigs.k8s.io/yaml"

	"github.com/opendeliverygear/odg/component"
)

// TestHostileNames shows descriptors whose texts would have a terminal do things. None
// of the outputs has them, and the documents still say what the descriptor says.
func TestHostileNames(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	home := registry(t)
	const evil = "e\x1b[31m\u009b2J\u202e\x07\n\U000e0041l"
	text, err := json.Marshal(evil)
	is.NoErr(err)
	for _, version := range []string{"1.0.0", "2.0.0"} {
		is.NoErr(home.PushComponent(component.ID{Name: "acme.org/evil", Version: version}, "ocm", fmt.Appendf(nil, `{"meta": {"schemaVersion": "v2"},
			"component": {"name": "acme.org/evil", "version": %q, "provider": %[2]s, "labels": [{"name": %[2]s, "value": %[1]q}],
			"resources": [{"name": %[2]s, "version": %[1]q, "type": %[2]s, "relation": "local", "extraIdentity": {%[2]s: %[2]s},
				"access": {"type": %[2]s, "url": %[2]s}}],
			"componentReferences": [{"name": "x", "componentName": %[2]s, "version": %[2]s}]}}`, version, text)))
	}
	place := string(home) + "/ocm"
	for _, c := range []struct {
		code int
		args string
	}{
		{exitOK, "get acme.org/evil"}, {exitOK, "get acme.org/evil -o json"}, {exitOK, "get acme.org/evil -o yaml"},
		{exitOK, "versions acme.org/evil"}, {exitUnable, "tree acme.org/evil"}, {exitUnable, "tree acme.org/evil -o json"},
		{exitUnable, "tree acme.org/evil -o yaml"}, {exitUnable, "artefacts acme.org/evil"}, {exitUnable, "artefacts acme.org/evil -o json"},
		{exitUnable, "artefacts acme.org/evil -o yaml"}, {exitUnable, "diff acme.org/evil:1.0.0 2.0.0"}, {exitUnable, "diff acme.org/evil:1.0.0 2.0.0 -o json"},
		{exitUnable, "diff acme.org/evil:1.0.0 2.0.0 -o yaml"},
	} {
		args := append([]string{"component"}, strings.Fields(c.args)...)
		stdout, stderr := command(t, c.code, append(args, "--ocm-repo", place)...)
		for _, r := range stdout + stderr {
			if r != '\n' && !unicode.IsPrint(r) {
				t.Errorf("odg component %s prints %U: %q", c.args, r, stdout+stderr)
				break
			}
		}
		read := map[string]func([]byte, any) error{
			"get acme.org/evil -o json": json.Unmarshal,
			"get acme.org/evil -o yaml": func(data []byte, v any) error { return yaml.Unmarshal(data, v) },
		}[c.args]
		if read != nil {
			var d struct{ Component struct{ Provider string } }
			is.NoErr(read([]byte(stdout), &d))
			is.Equal(d.Component.Provider, evil)
		}
	}
}

// endless refers from every component version to four others, of a hundred thousand.
type endless struct{ count int }

func (e endless) Descriptor(id component.ID) *component.Descriptor {
	var n int
	_, _ = fmt.Sscanf(id.Version, "%d", &n)
	d := &component.Descriptor{ID: id}
	for i := range 4 {
		next := (n*4 + i + 1) % e.count
		d.References = append(d.References, component.Reference{
			ComponentName: "acme.org/many", Element: component.Element{Name: "x", Version: fmt.Sprint(next)},
		})
	}
	return d
}

// TestHostileTree draws a hundred thousand component versions with four times as many references
// and a great many cycles in a bounded number of lines.
func TestHostileTree(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	many := endless{100_000}
	all := make([]*component.Descriptor, many.count)
	for i := range all {
		all[i] = many.Descriptor(component.ID{Name: "acme.org/many", Version: fmt.Sprint(i)})
	}
	repository := component.NewMemory(all...)
	root := component.ID{Name: "acme.org/many", Version: "0"}
	graph, err := component.Walk(t.Context(), repository, component.WalkConfig{}, root)
	is.NoErr(err)
	var out counter
	is.NoErr(drawTree(&out, graph, -1, true))
	is.Equal(out.lines, 4*many.count+1)
	is.True(out.bytes < out.lines*700)

	_, err = component.Walk(t.Context(), repository, component.WalkConfig{MaxComponents: 99_999}, root)
	is.True(errors.Is(err, component.ErrLimit))
}

// counter counts what is written.
type counter struct{ lines, bytes int }

func (c *counter) Write(p []byte) (int, error) {
	c.lines += strings.Count(string(p), "\n")
	c.bytes += len(p)
	return len(p), nil
}

// TestEscaped keeps what JSON texts mean.
func TestEscaped(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	for _, text := range []string{"plain", "Größe 木 🐻", "\x00\x1b\x7f\u0085\u009b\u00ad\u200b\u202e\u2028\ufeff\U000e0041\U0010ffff"} {
		data, err := json.Marshal(map[string]string{text: text})
		is.NoErr(err)
		safe := escaped(data, surrogates)
		for _, r := range string(safe) {
			is.True(unicode.IsPrint(r))
		}
		var back map[string]string
		is.NoErr(json.Unmarshal(safe, &back))
		is.Equal(back, map[string]string{text: text})

		plain, err := asYAML(data)
		is.NoErr(err)
		is.True(!strings.ContainsFunc(string(plain), unprintable))
		back = nil
		is.NoErr(yaml.Unmarshal(plain, &back))
		is.Equal(back, map[string]string{text: text})
	}
}
