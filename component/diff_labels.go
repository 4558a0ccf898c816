package component

import (
	"bytes"
	"encoding/json"
	"reflect"
)

// LabelChanges is what has changed in a list of labels.
type LabelChanges struct {
	Added, Removed []Label
	Changed        []LabelChange
}

// LabelChange is a label before and after.
type LabelChange struct {
	From, To Label
}

// Empty tells if nothing has changed.
func (c LabelChanges) Empty() bool { return len(c.Added)+len(c.Removed)+len(c.Changed) == 0 }

// compareLabels matches labels by name; of several with one name the first counts.
func compareLabels(left, right []Label) LabelChanges {
	var changes LabelChanges
	for _, from := range left {
		switch to, ok := FindLabel(right, from.Name); {
		case !ok:
			changes.Removed = append(changes.Removed, from)
		case !equalLabels(from, to):
			changes.Changed = append(changes.Changed, LabelChange{From: from, To: to})
		}
	}
	for _, to := range right {
		if _, ok := FindLabel(left, to.Name); !ok {
			changes.Added = append(changes.Added, to)
		}
	}
	return changes
}

func equalLabels(a, b Label) bool {
	return a.Signing == b.Signing && a.Version == b.Version && equalJSON(a.Value, b.Value)
}

// equalJSON compares values without regard to space and the order of keys.
func equalJSON(a, b json.RawMessage) bool {
	return bytes.Equal(a, b) || reflect.DeepEqual(decoded(a), decoded(b))
}

func decoded(raw json.RawMessage) any {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var v any
	if decoder.Decode(&v) != nil {
		return string(raw)
	}
	return v
}
