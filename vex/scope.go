package vex

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/opendeliverygear/odg/artefact"
)

// scopeScheme begins the identifiers of artefacts that [ScopeID] writes.
const scopeScheme = "ocm:"

// ScopeID writes the identity of an artefact as an IRI, by which documents of ODG
// name products:
//
//	ocm:example.org/shop/web:1.4.2?kind=resource&name=web&type=ociImage&version=1.4.2
//
// Members of an extra identity follow as extra.KEY=VALUE. What is null or empty
// is left out, and stands for any.
func ScopeID(id artefact.ID) string {
	local := id.Local()
	q := url.Values{}
	set := func(key, value string) {
		if value != "" {
			q.Set(key, value)
		}
	}
	set("kind", string(id.Kind))
	set("name", artefact.Text(local.Name))
	set("type", artefact.Text(local.Type))
	set("version", artefact.Text(local.Version))
	for k, v := range local.ExtraID {
		q.Set("extra."+k, v)
	}
	s := scopeScheme + escapeName(artefact.Text(id.ComponentName))
	if version := artefact.Text(id.ComponentVersion); version != "" {
		s += ":" + url.PathEscape(version)
	}
	if len(q) > 0 {
		s += "?" + q.Encode()
	}
	return s
}

func escapeName(name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(url.PathEscape(name), "%2F", "/"), ":", "%3A")
}

// ParseScopeID reads what [ScopeID] writes.
func ParseScopeID(s string) (artefact.ID, error) {
	rest, ok := strings.CutPrefix(s, scopeScheme)
	if !ok {
		return artefact.ID{}, fmt.Errorf("%q does not begin with %s", s, scopeScheme)
	}
	path, query, _ := strings.Cut(rest, "?")
	q, err := url.ParseQuery(query)
	if err != nil {
		return artefact.ID{}, fmt.Errorf("%q: %w", s, err)
	}
	name, version, _ := strings.Cut(path, ":")
	var id artefact.ID
	for _, part := range []struct {
		text string
		into **string
	}{{name, &id.ComponentName}, {version, &id.ComponentVersion}} {
		plain, err := url.PathUnescape(part.text)
		if err != nil {
			return artefact.ID{}, fmt.Errorf("%q: %w", s, err)
		}
		*part.into = orNil(plain)
	}
	if id.ComponentName == nil {
		return artefact.ID{}, fmt.Errorf("%q: %w", s, errors.New("the name of the component is missing"))
	}
	id.Kind = artefact.Kind(q.Get("kind"))
	id.Artefact = localOf(q)
	return id, id.Kind.Validate()
}

func localOf(q url.Values) *artefact.LocalID {
	local := artefact.LocalID{Name: orNil(q.Get("name")), Type: orNil(q.Get("type")), Version: orNil(q.Get("version"))}
	for key, values := range q {
		if k, ok := strings.CutPrefix(key, "extra."); ok {
			if local.ExtraID == nil {
				local.ExtraID = map[string]string{}
			}
			local.ExtraID[k] = values[0]
		}
	}
	return &local
}

// isScopeID tells an identifier of an artefact from one of a package in it.
func isScopeID(s string) bool { return strings.HasPrefix(s, scopeScheme) && !strings.Contains(s, "#") }

func orNil(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
