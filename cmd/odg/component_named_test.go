package main

import (
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
)

func TestNamed(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]named{
		"acme.org/shop":                                {"", component.ID{Name: "acme.org/shop"}},
		"acme.org/shop:greatest":                       {"", component.ID{Name: "acme.org/shop"}},
		"acme.org/shop:1.0.0+build.7":                  {"", component.ID{Name: "acme.org/shop", Version: "1.0.0+build.7"}},
		"./delivery.tgz//acme.org/shop:1.0.0":          {"./delivery.tgz", component.ID{Name: "acme.org/shop", Version: "1.0.0"}},
		"registry.example:5000/ocm//acme.org/shop":     {"registry.example:5000/ocm", component.ID{Name: "acme.org/shop"}},
		"http://localhost:5000//acme.org/shop:v1":      {"http://localhost:5000", component.ID{Name: "acme.org/shop", Version: "v1"}},
		"oci://registry.example/a/b//acme.org/shop:v1": {"oci://registry.example/a/b", component.ID{Name: "acme.org/shop", Version: "v1"}},
		"file:///srv/delivery.ctf//acme.org/shop":      {"file:///srv/delivery.ctf", component.ID{Name: "acme.org/shop"}},
		"/srv//deliveries//acme.org/shop":              {"/srv//deliveries", component.ID{Name: "acme.org/shop"}},
	} {
		is := is.New(t)
		got, err := parseNamed(text)
		is.NoErr(err)
		is.Equal(got, want)
	}
	for _, text := range []string{"", ":1.0.0", "acme.org/shop:", "http://registry.example", "./delivery.tgz//", "x//:1", "http://r.example//acme.org/shop:"} {
		is := is.New(t)
		_, err := parseNamed(text)
		is.True(err != nil)
		is.Equal(exitCode(err, t.Output()), exitUsage)
	}
}

func FuzzNamed(f *testing.F) {
	for _, text := range []string{"acme.org/shop:1.0.0", "http://localhost:5000//acme.org/shop", "//", "a//b//c:d:e", ":"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, err := parseNamed(text)
		if err != nil {
			return
		}
		is := is.New(t)
		again, err := parseNamed(n.again())
		is.NoErr(err)
		is.Equal(again, n) // what is read can be written
	})
}

func (n named) again() string {
	text := n.Name
	if n.Version != "" {
		text = n.ID.String()
	}
	if n.repository != "" {
		text = n.repository + "//" + text
	}
	return text
}
