package component

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// The keys that an identity has besides those of the extra identity.
const (
	identityName    = "name"
	identityVersion = "version"
)

// Identity tells an element from all others of its kind in a component version:
// its name, its extra identity, and its version if others have the same of both.
type Identity map[string]string

// String writes an identity as "key"="value" pairs, the name first and then by
// key, joined by commas.
func (i Identity) String() string {
	parts := []string{strconv.Quote(i[identityName])}
	for _, key := range slices.Sorted(maps.Keys(i)) {
		if key != identityName {
			parts = append(parts, strconv.Quote(key)+"="+strconv.Quote(i[key]))
		}
	}
	return strings.Join(parts, ",")
}

// Identities returns the identities of elements, in their order. The elements
// must be all those of one kind in a component version. An extra identity that
// has the key "version" keeps it: it is more telling than the version. Elements
// that are the same in everything have the same identity.
func Identities(elements []Element) []Identity {
	count := map[string]int{}
	groups := make([]string, len(elements))
	for i, e := range elements {
		groups[i] = e.group()
		count[groups[i]]++
	}
	identities := make([]Identity, len(elements))
	for i, e := range elements {
		identity := Identity{}
		if count[groups[i]] > 1 {
			identity[identityVersion] = e.Version
		}
		maps.Copy(identity, e.ExtraIdentity)
		identity[identityName] = e.Name
		identities[i] = identity
	}
	return identities
}

// group is a text that is equal for elements which only their versions tell apart.
func (e Element) group() string {
	if len(e.ExtraIdentity) == 0 {
		return strconv.Quote(e.Name)
	}
	identity := Identity(maps.Clone(e.ExtraIdentity))
	delete(identity, identityVersion)
	identity[identityName] = e.Name
	return identity.String()
}

// ResourceIdentities returns the [Identities] of the resources of d.
func (d *Descriptor) ResourceIdentities() []Identity {
	return Identities(elements(d.Resources, func(r Resource) Element { return r.Element }))
}

// SourceIdentities returns the [Identities] of the sources of d.
func (d *Descriptor) SourceIdentities() []Identity {
	return Identities(elements(d.Sources, func(s Source) Element { return s.Element }))
}

// ReferenceIdentities returns the [Identities] of the references of d.
func (d *Descriptor) ReferenceIdentities() []Identity {
	return Identities(elements(d.References, func(r Reference) Element { return r.Element }))
}

func elements[T any](list []T, of func(T) Element) []Element {
	elements := make([]Element, len(list))
	for i, item := range list {
		elements[i] = of(item)
	}
	return elements
}
