package kube

import (
	"encoding/json"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// LogCollection is the custom resource of the latest log lines of one service and
// level, which the dashboard shows.
type LogCollection struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec LogCollectionSpec `json:"spec"`
}

// LogCollectionSpec holds log lines, the oldest first. Reading one never fails:
// what cannot be understood is in Faults, and its field is empty.
type LogCollectionSpec struct {
	Service  string    `json:"service"`
	LogLevel string    `json:"logLevel"` // INFO, WARNING or ERROR
	Logs     []LogLine `json:"logs"`

	Faults []Fault `json:"-"`
}

// LogLine is a line of a log, as the dashboard shows it.
type LogLine struct {
	Timestamp string `json:"timestamp"` // ISO 8601 with Z
	Name      string `json:"name"`      // of the logger
	LogLevel  string `json:"logLevel"`
	Thread    string `json:"thread"`
	Message   string `json:"message"`
}

// UnmarshalJSON reads what anybody may have written. It returns no error, as one
// such collection would keep a whole list from being read.
func (s *LogCollectionSpec) UnmarshalJSON(data []byte) error {
	f := readFields("spec", data)
	*s = LogCollectionSpec{Service: f.text("service"), LogLevel: f.text("logLevel")}
	if f.present("logs") {
		if err := json.Unmarshal(f.raw["logs"], &s.Logs); err != nil {
			s.Logs = nil
			f.fault("logs", "want a list of log lines: "+err.Error())
		}
	}
	s.Faults = slices.Clip(f.faults)
	return nil
}

// DeepCopyObject implements [runtime.Object].
func (l *LogCollection) DeepCopyObject() runtime.Object { return l.DeepCopy() }

// DeepCopy returns a copy whose metadata may be changed. Specs are never changed
// in place, so it shares what they refer to.
func (l *LogCollection) DeepCopy() *LogCollection {
	c := *l
	l.ObjectMeta.DeepCopyInto(&c.ObjectMeta)
	return &c
}

// LogCollectionList is a page of log collections.
type LogCollectionList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []LogCollection `json:"items"`
}

// DeepCopyObject implements [runtime.Object].
func (l *LogCollectionList) DeepCopyObject() runtime.Object {
	c := *l
	c.Items = copies(l.Items, (*LogCollection).DeepCopy)
	return &c
}
