package metadata

import (
	"encoding/json"
	"maps"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/internal/rawjson"
)

// SameIdentity tells if two entries are about the same thing. Equal ids do not say
// so: keys join their parts without quotes and write null as "None", as existing
// installations do, so that different identities can share one. A store that finds
// an id taken asks this before it overwrites (D24 of the deliberate differences).
func (e Entry) SameIdentity(other Entry) bool {
	return e.Meta.Type == other.Meta.Type && e.Meta.Datasource == other.Meta.Datasource &&
		sameArtefact(e.Artefact, other.Artefact) && e.DataIdentity() == other.DataIdentity()
}

// DataIdentity is the data key with all texts in quotes and null as null, so that
// different values give different texts: "openssl"|null|"CVE-2024-1". It is empty
// if the data has no key.
func (e Entry) DataIdentity() string {
	types, raw := e.Data.types, e.Data.Raw()
	if types == nil {
		types = builtin
	}
	if !json.Valid(raw) || rawjson.Kind(raw) != "object" {
		return ""
	}
	if f := types.form(e.Meta.Type, raw); f != nil && f.hasKey() {
		return string(f.appendKey(nil, raw, true))
	}
	key, _ := rawjson.Lookup(raw, "key")
	return string(key)
}

func sameArtefact(a, b artefact.ID) bool {
	if (a.Artefact == nil) != (b.Artefact == nil) {
		return false
	}
	x, y := a.Local(), b.Local()
	return sameText(a.ComponentName, b.ComponentName) && sameText(a.ComponentVersion, b.ComponentVersion) && a.Kind == b.Kind &&
		sameText(x.Name, y.Name) && sameText(x.Version, y.Version) && sameText(x.Type, y.Type) && maps.Equal(x.ExtraID, y.ExtraID)
}

func sameText(a, b *string) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}
