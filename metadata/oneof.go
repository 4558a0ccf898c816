package metadata

import (
	"encoding/json"
	"slices"

	"github.com/opendeliverygear/odg/internal/rawjson"
)

// oneOf is an object that has the shape of one of several classes. The first
// class that fits without unknown keys wins; this order is part of the keys of
// existing data. If none does, the one with the fewest unknown keys is taken.
type oneOf struct {
	variants []*class
	// open takes an object that fits no variant as it is.
	open bool
}

func (u *oneOf) appendTo(b []byte, value json.RawMessage, m mode) ([]byte, error) {
	_, out, err := u.choose(b, value, m)
	if err != nil && u.open && !m.strict && rawjson.Kind(value) == "object" {
		return append(b, value...), nil
	}
	return out, err
}

func (u *oneOf) appendKey(b []byte, value json.RawMessage, exact bool) []byte {
	variant, _, err := u.choose(nil, value, mode{})
	if err != nil {
		return append(b, "None"...)
	}
	return variant.appendKey(b, value, exact)
}

// choose returns the variant that value has, and its canonical form behind b.
func (u *oneOf) choose(b []byte, value json.RawMessage, m mode) (*class, []byte, error) {
	members, err := rawjson.Inner(value)
	if err != nil {
		return nil, nil, err
	}
	for _, v := range u.variants {
		if !v.mayBe(members) {
			continue
		}
		out, err := v.appendMembers(b, members, mode{strict: true, fill: m.fill})
		if err == nil {
			return v, out, nil
		}
	}
	nearest := slices.Clone(u.variants)
	slices.SortStableFunc(nearest, func(a, b *class) int { return a.unknown(members) - b.unknown(members) })
	var fault error
	for _, v := range nearest {
		out, err := v.appendMembers(b, members, m)
		if err == nil {
			return v, out, nil
		}
		if fault == nil {
			fault = err
		}
	}
	return nil, nil, fault
}
