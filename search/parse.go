package search

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/opendeliverygear/odg/internal/rawjson"
)

func parseLimit(value json.RawMessage) (int, error) {
	n, err := strconv.Atoi(string(value))
	if err != nil {
		return 0, fault("limit: %s is no integer", value)
	}
	return min(max(n, 1), MaxLimit), nil
}

func parseCriteria(value json.RawMessage) ([]Criterion, error) {
	each, ok := rawjson.Each(value)
	if !ok {
		return nil, fault("criteria: want a list, not a %s", rawjson.Kind(value))
	}
	for i := range each {
		if i == MaxCriteria {
			return nil, fault("criteria: at most %d are allowed", MaxCriteria)
		}
	}
	var criteria []Criterion
	room := &texts{MaxTexts}
	for i, raw := range each {
		c, err := parseCriterion("criteria["+strconv.Itoa(i)+"]", raw, room)
		if err != nil {
			return nil, err
		}
		criteria = append(criteria, c)
	}
	return criteria, nil
}

// object is a JSON object whose faults are collected: the first one counts.
type object struct {
	path    string
	members []rawjson.Member
	room    *texts // of the request
	err     error
}

func newObject(path string, value json.RawMessage, room *texts) *object {
	members, err := rawjson.Inner(value)
	if err != nil {
		err = fault("%s: %v", path, err)
	}
	return &object{path, members, room, err}
}

func (o *object) fail(format string, args ...any) {
	if o.err == nil {
		o.err = fault(o.path+format, args...)
	}
}

func (o *object) value(key string) json.RawMessage {
	for _, m := range o.members {
		if m.Key == key && !rawjson.IsNull(m.Value) {
			return m.Value
		}
	}
	return nil
}

// text reads a string, or the text of a number; "" if it is missing.
func (o *object) text(key string) string {
	value := o.value(key)
	if value == nil {
		return ""
	}
	text, ok := scalar(value)
	if !ok {
		o.fail(".%s: want a string, not a %s", key, rawjson.Kind(value))
	}
	o.keep(short(o.path+"."+key, text))
	return text
}

func (o *object) keep(err error) {
	if o.err == nil {
		o.err = err
	}
}

func scalar(value json.RawMessage) (string, bool) {
	if rawjson.Kind(value) == "number" {
		return string(value), true
	}
	return rawjson.String(value)
}

func (o *object) list(key string) []string {
	value := o.value(key)
	if value == nil {
		return nil
	}
	each, ok := rawjson.Each(value)
	if !ok {
		o.fail(".%s: want a list, not a %s", key, rawjson.Kind(value))
		return nil
	}
	texts := []string{}
	for i, e := range each {
		text, ok := scalar(e)
		if !ok {
			o.fail(".%s[%d]: want a string, not a %s", key, i, rawjson.Kind(e))
		}
		if i == MaxCriteria {
			o.fail(".%s: at most %d are allowed", key, MaxCriteria)
		}
		path := o.path + "." + key + "[" + strconv.Itoa(i) + "]"
		o.keep(short(path, text))
		o.keep(o.room.take(path, text))
		if o.err != nil {
			return nil
		}
		texts = append(texts, text)
	}
	return texts
}

func (o *object) bool(key string) bool {
	value := o.value(key)
	if value == nil {
		return false
	}
	b, err := parseBool(o.path+"."+key, value)
	o.keep(err)
	return b
}

func parseBool(path string, value json.RawMessage) (bool, error) {
	b, err := strconv.ParseBool(string(value))
	if err != nil || rawjson.Kind(value) != "bool" {
		return false, fault("%s: want true or false, not a %s", path, rawjson.Kind(value))
	}
	return b, nil
}

func parseCriterion(path string, value json.RawMessage, room *texts) (Criterion, error) {
	o := newObject(path, value, room)
	c := Criterion{Kind: Kind(o.text("type")), Value: o.text("value")}
	o.keep(room.take(path+".value", c.Value))
	switch mode := o.text("mode"); mode {
	case "", "include":
	case "exclude":
		c.Exclude = true
	default:
		o.fail(".mode: %q is unknown, want include or exclude", mode)
	}
	switch c.Kind {
	case KindOCM:
		c.Recursive = o.bool("recursive")
	case KindAttribute:
		c.Attr, c.Op = o.text("attr"), Op(strings.ToLower(o.text("op")))
		c.Values, c.GTE, c.LTE, c.Cmp = o.list("values"), o.text("gte"), o.text("lte"), o.text("cmp")
	case KindFulltext:
		c.Fields = o.list("fields")
	default:
		o.fail(".type: %q is unknown, want one of ocm, artefact-metadata, fulltext", string(c.Kind))
	}
	hasValue := o.value("value") != nil
	needsValue := c.Kind != KindAttribute || !slices.Contains([]Op{OpIn, OpRange}, c.Op)
	if needsValue && !hasValue {
		o.fail(".value is missing")
	}
	return c, o.err
}
