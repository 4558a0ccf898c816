package kube

import (
	"encoding/json"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
)

// BacklogItem is the custom resource of a piece of work. Items of a cache are
// shared and must not be changed.
type BacklogItem struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec BacklogItemSpec `json:"spec"`
}

// BacklogItemSpec says what is to be done. Reading one never fails: what cannot be
// understood is in Faults, and its field is empty.
type BacklogItemSpec struct {
	// Timestamp is the text that was written; [BacklogItem.Item] reads it.
	Timestamp string           `json:"timestamp"`
	Artefact  artefact.ID      `json:"artefact"`
	Priority  backlog.Priority `json:"priority"`

	Faults []Fault `json:"-"`
}

// UnmarshalJSON reads what anybody may have written. It returns no error, as one
// such item would keep a whole list from being read.
func (s *BacklogItemSpec) UnmarshalJSON(data []byte) error {
	f := readFields("spec", data)
	*s = BacklogItemSpec{Timestamp: f.text("timestamp"), Artefact: f.artefact("artefact"), Priority: f.priority("priority")}
	s.Faults = slices.Clip(f.faults)
	return nil
}

// faults are those of reading, or that there was nothing to read.
func (s *BacklogItemSpec) faults() []Fault {
	if s.Timestamp == "" && s.Priority == 0 && empty(s.Artefact) && len(s.Faults) == 0 {
		return []Fault{{"spec", "is missing or says nothing"}}
	}
	return s.Faults
}

// DeepCopyObject implements [runtime.Object].
func (b *BacklogItem) DeepCopyObject() runtime.Object { return b.DeepCopy() }

// DeepCopy returns a copy whose metadata may be changed. Specs are never changed
// in place, so it shares what they refer to.
func (b *BacklogItem) DeepCopy() *BacklogItem {
	c := *b
	b.ObjectMeta.DeepCopyInto(&c.ObjectMeta)
	return &c
}

// BacklogItemList is a page of items.
type BacklogItemList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []BacklogItem `json:"items"`
}

// DeepCopyObject implements [runtime.Object].
func (l *BacklogItemList) DeepCopyObject() runtime.Object {
	c := *l
	c.Items = copies(l.Items, (*BacklogItem).DeepCopy)
	return &c
}

func copies[T any](items []T, deepCopy func(*T) *T) []T {
	list := make([]T, len(items))
	for i := range items {
		list[i] = *deepCopy(&items[i])
	}
	return list
}

var _ json.Unmarshaler = (*BacklogItemSpec)(nil)
