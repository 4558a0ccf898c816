package enumerator

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/metadata"
)

// TypeEnumeration is the type of entries in which the enumerator remembers of
// which component versions a watched component consisted. It needs that for a
// component that cannot be resolved any more: its artefacts stay as they are, those
// of other components do not. Other readers keep the type as one that they do not
// know.
const TypeEnumeration metadata.Type = "meta/enumeration"

// memory is the payload of such an entry. Key tells the entries of one component in
// different repositories apart.
type memory struct {
	Key        string         `json:"key"`
	Components []component.ID `json:"components"`
}

// memories are the stored ones by the key of their entry.
type memories map[string]remembered

type remembered struct {
	entry    metadata.Entry
	versions []component.ID
}

func (m memories) add(e metadata.Entry) error {
	var data memory
	if err := e.Data.Decode(&data); err != nil {
		return fmt.Errorf("read what component %s consisted of: %w", artefact.Text(e.Artefact.ComponentName), err)
	}
	m[e.Key()] = remembered{e, data.Components}
	return nil
}

// entry returns the entry that remembers versions of c.
func (c Component) entry(versions []component.ID, now metadata.Timestamp) (metadata.Entry, error) {
	sorted := slices.Clone(versions)
	slices.SortFunc(sorted, compareVersions)
	data, err := json.Marshal(memory{Key: c.Repository, Components: slices.Compact(sorted)})
	if err != nil {
		return metadata.Entry{}, err
	}
	payload, err := metadata.NewPayload(TypeEnumeration, json.RawMessage(data))
	if err != nil {
		return metadata.Entry{}, err
	}
	return metadata.Entry{
		Artefact: artefact.ID{ComponentName: new(c.Name), Artefact: &artefact.LocalID{}},
		Meta: metadata.Meta{
			Datasource: metadata.SourceEnumerator, Type: TypeEnumeration, CreationDate: now, LastUpdate: now,
		},
		Data: payload,
	}, nil
}

func compareVersions(a, b component.ID) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Version, b.Version))
}

// update returns the entries that must be written and those that are of no use
// any more. What cannot be resolved completely is added to what is known.
func (m memories) update(deliveries []delivery, now metadata.Timestamp) (writes, deletes []metadata.Entry, err error) {
	unused := make(map[string]metadata.Entry, len(m))
	for key, known := range m {
		unused[key] = known.entry
	}
	for _, d := range deliveries {
		next, err := d.entry(d.versions, now)
		if err != nil {
			return nil, nil, fmt.Errorf("remember component %s: %w", d.Name, err)
		}
		known, ok := m[next.Key()]
		delete(unused, next.Key())
		if d.err != nil {
			if len(d.versions) == 0 {
				continue
			}
			if next, err = d.entry(append(slices.Clone(known.versions), d.versions...), now); err != nil {
				return nil, nil, fmt.Errorf("remember component %s: %w", d.Name, err)
			}
		}
		if !ok || string(known.entry.Data.Raw()) != string(next.Data.Raw()) {
			writes = append(writes, next)
		}
	}
	for _, e := range unused {
		deletes = append(deletes, e)
	}
	return writes, deletes, nil
}
