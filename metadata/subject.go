package metadata

import "encoding/json"

// subjectPaths are the fields by which rescorings of a type name findings, where
// that is not the data key. The package version is left out: a decision about a
// package holds for all of its versions.
var subjectPaths = map[Type][][]string{
	TypeVulnerability: {{"package_name"}, {"cve"}},
	TypeLicense:       {{"package_name"}, {"license", "name"}},
	TypeIP:            {{"package_name"}, {"labels"}},
}

// Subject names what a finding is about, or, for a rescoring, what the finding is
// about that it refers to. A rescoring refers to a finding if its
// [Entry.ReferencedType] is the type of the finding and their subjects are equal.
// It returns false for entries of other types, and for data without the fields
// that it takes.
func (e Entry) Subject() (string, bool) {
	key, state := e.Data.resolve()
	if state != keyOfClass {
		return "", false
	}
	about, value := e.Meta.Type, e.Data.raw
	if about == TypeRescoring {
		about, value = e.ReferencedType(), lookup(value, []string{"finding"})
		key = e.Data.rescoredKey(about, value)
	}
	paths, ok := subjectPaths[about]
	if !ok {
		return key, true
	}
	var b []byte
	for _, path := range paths {
		v := lookup(value, path)
		if v[0] == 'n' && path[0] != "package_name" {
			return "", false
		}
		b = appendMatchValue(b, v)
	}
	return string(b), true
}

// rescoredKey is the key of the finding inside a rescoring.
func (p Payload) rescoredKey(about Type, finding json.RawMessage) string {
	types := p.types
	if types == nil {
		types = builtin
	}
	f := types.forms[TypeRescoring]
	if declared, ok := types.rescored[about]; ok {
		f = declared
	}
	return string(f.(*class).field("finding").value.appendKey(nil, finding, false))
}
