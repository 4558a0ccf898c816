package odg

import (
	"time"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// LifeDocument is a [Life] as JSON. Fields are added, never renamed.
type LifeDocument struct {
	Finding   []VersionDocument `json:"finding"`
	Decisions []VersionDocument `json:"decisions"`
	Truncated bool              `json:"truncated"`
	// Since is from when on deletions and changes are known, nil if all are.
	Since *time.Time `json:"history_since"`
}

// VersionDocument is a [store.Version] as JSON.
type VersionDocument struct {
	ID    string         `json:"id"`
	Began TurnDocument   `json:"began"`
	Ended *TurnDocument  `json:"ended"` // nil at present
	Entry metadata.Entry `json:"entry"`
}

// TurnDocument is a [store.Turn] as JSON.
type TurnDocument struct {
	What    store.What `json:"what"`
	At      *time.Time `json:"at"` // nil if not known
	Who     string     `json:"who"`
	Request string     `json:"request"`
}

// Document returns l as JSON tells it.
func (l Life) Document() LifeDocument {
	return LifeDocument{Finding: versionDocuments(l.Finding), Decisions: versionDocuments(l.Decisions), Truncated: l.Truncated, Since: known(l.Began)}
}

func versionDocuments(versions []store.Version) []VersionDocument {
	all := make([]VersionDocument, len(versions))
	for i, v := range versions {
		all[i] = VersionDocument{ID: v.ID, Began: turnDocument(v.Began), Entry: v.Entry}
		if !v.Present() {
			all[i].Ended = new(turnDocument(v.Ended))
		}
	}
	return all
}

func turnDocument(t store.Turn) TurnDocument {
	return TurnDocument{What: t.What, At: known(t.At), Who: t.Who, Request: t.Request}
}

// known is a time, nil if it is not known.
func known(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return new(t.UTC())
}
