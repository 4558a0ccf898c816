package cached

import (
	"unsafe"

	"github.com/opendeliverygear/odg/component"
)

const (
	pointerBytes = int64(unsafe.Sizeof(uintptr(0)))
	// mapBytes and slotsBytes are about what a map takes, and what it takes for
	// every eight of its texts (Swiss table of Go 1.24 and later).
	mapBytes, slotsBytes = 48, 8 + 8*4*pointerBytes
	// textBytes is about what is lost with a text when its size is rounded up.
	textBytes = 8
	// entryBytes is about what the books of the store take for an entry.
	entryBytes = 256
)

// sizeOf estimates how much memory a descriptor takes: its structs, the texts that
// they hold, and the document, of which access, labels and signatures are parts.
func sizeOf(d *component.Descriptor) int64 {
	size := entryBytes + int64(unsafe.Sizeof(*d)) + texts(d.Name, d.Version, d.Schema, d.Provider, d.CreationTime) +
		int64(len(d.Signatures)+len(d.NestedDigests)) + labels(d.Labels) + labels(d.ProviderLabels) +
		room(d.RepositoryContexts) + room(d.Resources) + room(d.Sources) + room(d.References)
	for _, context := range d.RepositoryContexts {
		size += int64(len(context))
	}
	for i := range d.Resources {
		r := &d.Resources[i]
		size += element(r.Element) + texts(r.Type, r.WrittenType, r.Relation) + access(r.Access) + digest(r.Digest)
		size += room(r.SrcRefs)
		for _, ref := range r.SrcRefs {
			size += mapping(ref.IdentitySelector) + labels(ref.Labels)
		}
	}
	for i := range d.Sources {
		s := &d.Sources[i]
		size += element(s.Element) + texts(s.Type, s.WrittenType) + access(s.Access)
	}
	for i := range d.References {
		r := &d.References[i]
		size += element(r.Element) + texts(r.ComponentName) + digest(r.Digest)
	}
	return size
}

// room is what the elements of a list take, and the room behind them.
func room[T any](list []T) int64 {
	var one T
	return int64(cap(list)) * int64(unsafe.Sizeof(one))
}

func element(e component.Element) int64 {
	return texts(e.Name, e.Version) + mapping(e.ExtraIdentity) + labels(e.Labels)
}

func labels(list []component.Label) int64 {
	size := room(list)
	for i := range list {
		l := &list[i]
		size += texts(l.Name, l.Version) + int64(len(l.Value)+len(l.Merge))
	}
	return size
}

func access(a component.Access) int64 { return texts(a.Type) + int64(len(a.Raw)) }

func digest(d *component.Digest) int64 {
	if d == nil {
		return 0
	}
	return int64(unsafe.Sizeof(*d)) + texts(d.HashAlgorithm, d.NormalisationAlgorithm, d.Value)
}

func mapping(m map[string]string) int64 {
	if m == nil {
		return 0
	}
	size := mapBytes + (int64(len(m))+7)/8*slotsBytes
	for key, value := range m {
		size += texts(key, value)
	}
	return size
}

func texts(list ...string) (size int64) {
	for _, text := range list {
		size += int64(len(text)) + textBytes
	}
	return size
}

func sizeOfVersions(name string, versions []string) int64 {
	return entryBytes + texts(name) + texts(versions...) + room(versions)
}
