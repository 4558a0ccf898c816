package writeback

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"

	"github.com/opendeliverygear/odg/internal/rawjson"
	"github.com/opendeliverygear/odg/metadata"
)

// compare orders what became the same entry: what the scanner said of it itself goes
// first.
func (r reported) compare(other reported) int {
	if r.changed != other.changed {
		if other.changed {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(r.entry.Meta.Type, other.entry.Meta.Type), bytes.Compare(r.entry.Data.Raw(), other.entry.Data.Raw()))
}

// merged returns the entries, with those that became the same by a correction as one, in
// the place of the first.
func merged(list []reported) ([]metadata.Entry, error) {
	groups := map[string][]reported{}
	ids := make([]string, len(list))
	for i, r := range list {
		if r.alone {
			continue
		}
		r.entry.Data = r.entry.Data.Resolved()
		ids[i] = r.entry.ID()
		groups[ids[i]] = append(groups[ids[i]], r)
	}
	entries := make([]metadata.Entry, 0, len(list))
	for i, r := range list {
		group := groups[ids[i]]
		switch {
		case !r.alone && group == nil: // it is in an earlier one
		case r.alone, !slices.ContainsFunc(group, func(r reported) bool { return r.changed }):
			entries = append(entries, r.entry) // if it is there twice, that is not ours to say
		default:
			e, err := one(group)
			if err != nil {
				return nil, err
			}
			entries = append(entries, e)
			groups[ids[i]] = nil
		}
	}
	return entries, nil
}

// one makes one entry of several.
func one(group []reported) (metadata.Entry, error) {
	slices.SortFunc(group, reported.compare)
	e := group[0].entry
	for _, r := range group[1:] {
		if d := r.entry.DiscoveryDate; d != "" && (e.DiscoveryDate == "" || d < e.DiscoveryDate) {
			e.DiscoveryDate = d
		}
	}
	if e.Meta.Type != metadata.TypeStructureInfo || len(group) == 1 {
		return e, nil
	}
	members, err := rawjson.Inner(e.Data.Raw())
	if err != nil {
		return e, err
	}
	o := object(members)
	for _, r := range group[1:] {
		others, err := rawjson.Inner(r.entry.Data.Raw())
		if err != nil {
			return e, err
		}
		o = o.joined(object(others))
	}
	e.Data, err = metadata.NewPayload(e.Meta.Type, o.raw())
	return e, err
}

// joined returns a structure info with the licences and files of another one too.
func (o object) joined(other object) object {
	licences := o.licences()
	for _, l := range other.licences() {
		if !slices.ContainsFunc(licences, func(own license) bool { return own.name == l.name }) {
			licences = append(licences, l)
		}
	}
	files, _ := rawjson.Elements(o.get("filesystem_paths"))
	more, _ := rawjson.Elements(other.get("filesystem_paths"))
	for _, file := range more {
		if !slices.ContainsFunc(files, func(own json.RawMessage) bool { return bytes.Equal(own, file) }) {
			files = append(files, file)
		}
	}
	return o.with("licenses", values(licences)).with("filesystem_paths", array(files))
}
