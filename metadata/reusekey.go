package metadata

import (
	"slices"
	"strconv"

	"github.com/opendeliverygear/odg/internal/blake2s128"
	"github.com/opendeliverygear/odg/internal/rawjson"
)

// ReuseKey names the class of entries that are about the same thing in whichever
// version of the artefact, so that they share a discovery date: 32 characters of
// hex, fit for an indexed column. Entries of one class agree on component name,
// kind, artefact name, artefact type and type, and on
//
//   - package and CVE, for vulnerabilities,
//   - package and licence, for licences,
//   - package, licence, labels and policy violation, for intellectual property,
//   - name and version id of the operating system, for operating systems,
//   - the data key, for all others; those without one are all the same.
//
// The datasource is not part of it: a store compares it for stored rows, but not
// for rows of the same batch.
func ReuseKey(e Entry) string {
	local := e.Artefact.Local()
	b := make([]byte, 0, 256)
	b = appendPart(b, e.Artefact.ComponentName)
	b = appendPart(b, (*string)(&e.Artefact.Kind))
	b = appendPart(b, local.Name)
	b = appendPart(b, local.Type)
	b = appendPart(b, (*string)(&e.Meta.Type))
	return blake2s128.Hex(e.appendMatch(b))
}

// appendPart appends a part with its length, so that no two lists of parts run
// into each other. Null differs from the empty text.
func appendPart(b []byte, s *string) []byte {
	if s == nil {
		return append(b, '-')
	}
	b = append(strconv.AppendInt(b, int64(len(*s)), 10), ':')
	return append(b, *s...)
}

// matchPaths are the fields on which entries of a class agree.
var matchPaths = map[Type][][]string{
	TypeVulnerability: {{"package_name"}, {"cve"}},
	TypeLicense:       {{"package_name"}, {"license", "name"}},
	TypeIP:            {{"package_name"}, {"license", "name"}, {"labels"}, {"policy_violation", "name"}},
	TypeOSIDFinding:   {{"osid", "VERSION_ID"}, {"osid", "NAME"}},
}

func (e *Entry) appendMatch(b []byte) []byte {
	key, state := e.Data.resolve()
	if state != keyOfClass {
		return appendPart(b, nil)
	}
	paths, ok := matchPaths[e.Meta.Type]
	if !ok {
		return appendPart(b, &key)
	}
	for _, path := range paths {
		b = appendMatchValue(b, lookup(e.Data.raw, path))
	}
	return b
}

func appendMatchValue(b []byte, value []byte) []byte {
	if elements, ok := rawjson.Elements(value); ok {
		labels := make([]string, len(elements))
		for i, e := range elements {
			labels[i], _ = rawjson.String(e)
		}
		slices.Sort(labels)
		b = append(strconv.AppendInt(b, int64(len(labels)), 10), '[')
		for i := range labels {
			b = appendPart(b, &labels[i])
		}
		return b
	}
	if s, ok := rawjson.String(value); ok {
		return appendPart(b, &s)
	}
	return appendPart(b, nil)
}
