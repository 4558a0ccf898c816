package metadata

import (
	"reflect"
	"strings"
)

// schema derives shapes from Go types, so that the structs of this package are
// the only place where fields and keys are listed. The tag json gives a field's
// name; omitempty there leaves a missing field missing. A pointer admits null.
// The tag odg says what a Go type cannot:
//
//	null           null is allowed, and stands in for a missing field
//	default=JSON   JSON stands in for a missing field
//	is=NAME        the shape of that name, see [newSchema]
//
// Several of them are separated by commas.
//
// A blank field with the tag key holds the data key: paths of fields, separated
// by blanks. A question mark leaves the part out if it is null, otherwise null
// is written as None. Lists are sorted and joined by commas, objects contribute
// their own key.
type schema map[string]shape

// newSchema names the shapes that are no Go types.
func newSchema() schema {
	s := schema{
		"object": objectShape, "targets": targetsShape, "list": listShape, "status": statusShape,
		"identity": identityShape{}, "identifierType": identifierShape,
	}
	s["properties"] = s.oneOf(Algorithm{}, Certificate{}, Library{}, RelatedCryptoMaterial{}, Protocol{})
	s["identifiers"] = listOf{s.oneOf(EmailAddress{}, GitHubIdentifier{}, MetaOrigin{}, PersonalName{}, Identifier{})}
	s["falco"] = s.oneOf(FalcoInteractiveEventGroup{}, FalcoEventGroup{})
	s["kyverno"] = s.oneOf(KyvernoPolicySummary{}, KyvernoPolicy{})
	s["user"] = s.oneOf(BDBAUser{}, GitHubUser{}, User{})
	rescored := s.oneOf(VulnerabilityRef{}, LicenseRef{}, MalwareDetails{}, SASTRef{}, CryptoRef{}, DikiRef{},
		OSIDRef{}, GroupRef{}, SecretRef{}, IPRef{}, CodeQLRef{})
	s["rescored"] = rescored
	s["violating"] = &oneOf{variants: rescored.variants, open: true}
	return s
}

func (s schema) oneOf(variants ...any) *oneOf {
	u := &oneOf{}
	for _, v := range variants {
		u.variants = append(u.variants, s.class(v))
	}
	return u
}

// class derives a class from a struct.
func (s schema) class(v any) *class { return s.classOf(reflect.TypeOf(v)) }

func (s schema) classOf(t reflect.Type) *class {
	c := &class{name: t.Name()}
	key := s.addFields(c, t)
	for _, path := range strings.Fields(key) {
		c.parts = append(c.parts, c.keyPart(path))
	}
	return c
}

// addFields adds the fields of t, those of embedded structs where these stand,
// and returns the tag with the data key.
func (s schema) addFields(c *class, t reflect.Type) (key string) {
	for i := range t.NumField() {
		switch f := t.Field(i); {
		case f.Name == "_":
			key = f.Tag.Get("key")
		case f.Anonymous:
			s.addFields(c, f.Type)
		default:
			c.fields = append(c.fields, s.fieldOf(f))
		}
	}
	return key
}

func (s schema) fieldOf(f reflect.StructField) field {
	name, option, _ := strings.Cut(f.Tag.Get("json"), ",")
	out := field{name: name, omit: option != ""}
	null := f.Type.Kind() == reflect.Pointer
	for option := range strings.SplitSeq(f.Tag.Get("odg"), ",") {
		switch name, argument, _ := strings.Cut(option, "="); name {
		case "is":
			out.value = s[argument]
		case "default":
			out.missing = argument
		case "null":
			null = true
		}
	}
	if out.value == nil {
		out.value = s.shapeOf(f.Type)
	}
	if null {
		out.value, out.missing = asNullable(out.value), "null"
	}
	return out
}

func asNullable(v shape) shape {
	if n, ok := v.(nullable); ok {
		return n
	}
	return nullable{v}
}

func (s schema) shapeOf(t reflect.Type) shape {
	switch t {
	case reflect.TypeFor[Timestamp]():
		return moment{"a timestamp", normaliseTimestamp}
	case reflect.TypeFor[Date]():
		return moment{"a date", normaliseDate}
	case reflect.TypeFor[Expiry]():
		return moment{"a date or a timestamp", normaliseExpiry}
	case reflect.TypeFor[Object]():
		return objectShape
	case reflect.TypeFor[Integer]():
		return integerShape
	case reflect.TypeFor[Number]():
		return numberShape
	}
	switch t.Kind() {
	case reflect.Pointer:
		return asNullable(s.shapeOf(t.Elem()))
	case reflect.Slice:
		return listOf{s.shapeOf(t.Elem())}
	case reflect.Map:
		return mapOf{s.shapeOf(t.Elem())}
	case reflect.Struct:
		return s.classOf(t)
	}
	return textShape
}

// keyPart resolves a path of a key to the shape that it leads to.
func (c *class) keyPart(path string) keyPart {
	name, skipNull := strings.CutSuffix(path, "?")
	part := keyPart{path: strings.Split(name, "."), skipNull: skipNull, value: c}
	for _, step := range part.path {
		if n, ok := part.value.(nullable); ok {
			part.value = n.shape
		}
		part.value = part.value.(*class).field(step).value
	}
	return part
}
