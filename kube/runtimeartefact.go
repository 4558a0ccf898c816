package kube

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/opendeliverygear/odg/artefact"
)

// RuntimeArtefact is the custom resource of an artefact that no component
// descriptor lists, such as something that runs.
type RuntimeArtefact struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec RuntimeArtefactSpec `json:"spec"`
}

// RuntimeArtefactSpec names the artefact. Reading one never fails: what cannot be
// understood is in Faults, and its field is empty.
type RuntimeArtefactSpec struct {
	CreationDate string      `json:"creation_date"` // ISO 8601 with offset
	Artefact     artefact.ID `json:"artefact"`

	Faults []Fault `json:"-"`
}

// UnmarshalJSON reads what anybody may have written. It returns no error, as one
// such artefact would keep a whole list from being read.
func (s *RuntimeArtefactSpec) UnmarshalJSON(data []byte) error {
	f := readFields("spec", data)
	*s = RuntimeArtefactSpec{CreationDate: f.text("creation_date"), Artefact: f.artefact("artefact")}
	s.Faults = slices.Clip(f.faults)
	return nil
}

// DeepCopyObject implements [runtime.Object].
func (r *RuntimeArtefact) DeepCopyObject() runtime.Object { return r.DeepCopy() }

// DeepCopy returns a copy whose metadata may be changed. Specs are never changed
// in place, so it shares what they refer to.
func (r *RuntimeArtefact) DeepCopy() *RuntimeArtefact {
	c := *r
	r.ObjectMeta.DeepCopyInto(&c.ObjectMeta)
	return &c
}

// RuntimeArtefactList is a page of runtime artefacts.
type RuntimeArtefactList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []RuntimeArtefact `json:"items"`
}

// DeepCopyObject implements [runtime.Object].
func (l *RuntimeArtefactList) DeepCopyObject() runtime.Object {
	c := *l
	c.Items = copies(l.Items, (*RuntimeArtefact).DeepCopy)
	return &c
}
