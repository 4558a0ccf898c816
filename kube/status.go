package kube

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/scaling"
)

// State says who has an item.
type State string

// The states of an item. Times that have passed are not considered: a lease that
// has ended is still StateLeased, a wait that is over still StateWaiting.
const (
	StateFree    State = "free"
	StateLeased  State = "leased"  // by a worker that renews its lease
	StateClaimed State = "claimed" // by a worker that does not, such as one in Python
	StateWaiting State = "waiting" // until the next attempt
	StateParked  State = "parked"  // until it is replayed
)

// Status is what the labels and annotations of an item say.
type Status struct {
	State  State
	Holder string    // leased, claimed: the pod; waiting, parked: the pod that failed; may be empty
	Since  time.Time // leased, claimed: when it was claimed; zero if unknown
	// Until is the end of the lease or of the wait; zero in other states.
	Until time.Time

	Triggered bool      // added again since it was claimed
	Attempts  int       // that failed
	NotBefore time.Time // zero, or when the next attempt may start
	LastError string    // of the last failed attempt

	// Faults are labels and annotations that cannot be understood. They are as good as
	// absent.
	Faults []Fault

	token string // leased: of the claim
}

// Status reads the labels and annotations of the item.
func (b *BacklogItem) Status() Status {
	notes := annotations{of: b.Annotations}
	s := Status{
		State:     StateFree,
		Attempts:  notes.count(AnnotationAttempts),
		NotBefore: notes.time(AnnotationNotBefore),
		LastError: b.Annotations[AnnotationLastError],
	}
	switch {
	case b.Labels[LabelState] == StateLabelParked:
		s.State, s.Holder = StateParked, b.Annotations[AnnotationClaimedBy]
	case !scaling.Claimed(b.Labels[LabelClaimed]):
		if !s.NotBefore.IsZero() && b.Labels[LabelState] == StateLabelWaiting {
			s.State, s.Until = StateWaiting, s.NotBefore
		}
	default:
		b.claimed(&s, &notes)
	}
	s.Faults = notes.faults
	return s
}

// claimed fills the status of an item whose label says that somebody has it.
func (b *BacklogItem) claimed(s *Status, notes *annotations) {
	s.State, s.Holder = StateClaimed, b.Annotations[AnnotationClaimedBy]
	at := b.Annotations[AnnotationClaimedAt]
	if at == "" && s.Holder == "" {
		notes.fault(LabelClaimed, "is true, but no annotation says by whom and since when")
	}
	s.Since = notes.time(AnnotationClaimedAt)
	if at == "" || b.Annotations[AnnotationBoundTo] != at {
		return
	}
	if b.Labels[LabelState] == StateLabelWaiting && !s.NotBefore.IsZero() {
		s.State, s.Since, s.Until = StateWaiting, time.Time{}, s.NotBefore
		return
	}
	until, token := notes.time(AnnotationLeaseUntil), b.Annotations[AnnotationToken]
	if until.IsZero() || token == "" {
		return
	}
	s.State, s.Until, s.token = StateLeased, until, token
	s.Triggered = b.Annotations[AnnotationTriggered] != ""
	if since := notes.time(AnnotationClaimedSince); !since.IsZero() {
		s.Since = since
	}
}

// annotations reads annotations that anybody may have written.
type annotations struct {
	of     map[string]string
	faults []Fault
}

func (a *annotations) fault(key, text string) {
	a.faults = append(a.faults, Fault{"metadata[" + key + "]", text})
}

// time returns the time of an annotation, or zero.
func (a *annotations) time(key string) time.Time {
	text, ok := a.of[key]
	if !ok {
		return time.Time{}
	}
	at, err := parseTime(text)
	if err != nil {
		a.fault(key, err.Error())
	}
	return at
}

// count returns the number of an annotation, or 0.
func (a *annotations) count(key string) int {
	text, ok := a.of[key]
	if !ok {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		a.fault(key, fmt.Sprintf("want a number that is not negative, got %.40q", text))
		return 0
	}
	return n
}

// Item returns the item as the queue of package backlog knows it, with what the
// labels and annotations say and without regard to the present time. The error is
// a *[MalformedError] if nobody could work on it: its service, its artefact or its
// priority cannot be understood. A timestamp that cannot be is that of its
// creation in the cluster.
func (b *BacklogItem) Item() (backlog.Item, error) {
	return b.item(b.Status())
}

func (b *BacklogItem) item(s Status) (backlog.Item, error) {
	faults := b.Spec.faults()
	service := b.Labels[LabelService]
	if err := backlog.ValidateService(service); err != nil {
		faults = append(faults[:len(faults):len(faults)], Fault{"metadata[" + LabelService + "]", err.Error()})
	}
	if len(faults) > 0 {
		return backlog.Item{}, &MalformedError{Kind: KindBacklogItem, Name: b.Name, Faults: faults}
	}
	item := backlog.Item{
		Service: service, Artefact: b.Spec.Artefact, Priority: b.Spec.Priority, Timestamp: b.queued(),
		Attempts: s.Attempts, NotBefore: s.NotBefore, LastError: s.LastError, Parked: s.State == StateParked,
	}
	switch s.State {
	case StateLeased, StateClaimed:
		item.ClaimedBy, item.ClaimedAt, item.LeaseEnd = s.Holder, s.Since, s.Until
	}
	return item, nil
}

// queued is when the item was queued.
func (b *BacklogItem) queued() time.Time {
	if at, err := parseTime(b.Spec.Timestamp); err == nil {
		return at
	}
	return b.CreationTimestamp.UTC()
}

// Faults are all that cannot be understood of the item, for people to read. An
// item may be worked on in spite of them, see [BacklogItem.Item].
func (b *BacklogItem) Faults() []Fault {
	s := b.Status()
	_, err := b.item(s)
	faults := s.Faults
	var bad *MalformedError
	if errors.As(err, &bad) {
		faults = append(faults, bad.Faults...)
	}
	if _, err := parseTime(b.Spec.Timestamp); err != nil && len(b.Spec.Faults) == 0 {
		faults = append(faults, Fault{"spec.timestamp", err.Error() + "; the time of its creation counts"})
	}
	return faults
}
