package metadata

import (
	"slices"
	"strconv"
	"time"

	"github.com/opendeliverygear/odg/internal/blake2s128"
	"github.com/opendeliverygear/odg/internal/rawjson"
)

// Retention says if and for how long the discovery date of an earlier entry is
// kept for a new one that is about the same thing.
type Retention struct {
	Disabled bool
	// MaxReuse bounds the age of the earlier entry's last update; 0 means no bound.
	MaxReuse time.Duration
}

// DefaultRetention applies to types without a configuration: keep, without bound.
var DefaultRetention = Retention{}

// Candidate is an earlier entry from which a new one may take its discovery date.
type Candidate struct {
	LastUpdate    Timestamp
	DiscoveryDate Date
}

// Reuse returns the discovery date that a new entry takes from earlier ones with
// the same [ReuseKey], or "" if it keeps its own. Those of the same batch come
// first, in their order, of any datasource; then those that are stored for the
// same datasource, latest update first, in any order given here. The first one
// with a date wins, unless its last update is more than MaxReuse before now. An
// update without offset is read as UTC, one that is no time is too old (D29 of
// the deliberate differences).
func (r Retention) Reuse(now time.Time, batch, stored []Candidate) Date {
	if r.Disabled {
		return ""
	}
	for _, c := range batch {
		if r.allows(now, c) {
			return c.DiscoveryDate
		}
	}
	var best *Candidate
	for i := range stored {
		if c := &stored[i]; r.allows(now, *c) && (best == nil || c.before(*best)) {
			best = c
		}
	}
	if best == nil {
		return ""
	}
	return best.DiscoveryDate
}

func (r Retention) allows(now time.Time, c Candidate) bool {
	if c.DiscoveryDate == "" {
		return false
	}
	if r.MaxReuse == 0 {
		return true
	}
	updated, err := c.LastUpdate.Time()
	return err == nil && !updated.Add(r.MaxReuse).Before(now)
}

// before tells if c is preferred to other: by the text of the last update, as
// existing installations sort it. Of equal ones the earlier discovery wins, so
// that the result does not depend on the order of rows.
func (c Candidate) before(other Candidate) bool {
	if c.LastUpdate != other.LastUpdate {
		return c.LastUpdate > other.LastUpdate
	}
	return c.DiscoveryDate < other.DiscoveryDate
}

// ReuseKey names the class of entries that are about the same thing in whichever
// version of the artefact, so that they share a discovery date: 32 characters of
// hex, fit for an indexed column. Entries of one class agree on component name,
// kind, artefact name, artefact type and type, and on
//
//   - package and CVE, for vulnerabilities,
//   - package and licence, for licences,
//   - package, licence, labels and policy violation, for intellectual property,
//   - name and version id of the operating system, for operating systems,
//   - the data key, for all others; those without one are all the same.
//
// The datasource is not part of it: a store compares it for stored rows, but not
// for rows of the same batch.
func ReuseKey(e Entry) string {
	local := e.Artefact.Local()
	b := make([]byte, 0, 256)
	b = appendPart(b, e.Artefact.ComponentName)
	b = appendPart(b, (*string)(&e.Artefact.Kind))
	b = appendPart(b, local.Name)
	b = appendPart(b, local.Type)
	b = appendPart(b, (*string)(&e.Meta.Type))
	return blake2s128.Hex(e.appendMatch(b))
}

// appendPart appends a part with its length, so that no two lists of parts run
// into each other. Null differs from the empty text.
func appendPart(b []byte, s *string) []byte {
	if s == nil {
		return append(b, '-')
	}
	b = append(strconv.AppendInt(b, int64(len(*s)), 10), ':')
	return append(b, *s...)
}

// matchPaths are the fields on which entries of a class agree.
var matchPaths = map[Type][][]string{
	TypeVulnerability: {{"package_name"}, {"cve"}},
	TypeLicense:       {{"package_name"}, {"license", "name"}},
	TypeIP:            {{"package_name"}, {"license", "name"}, {"labels"}, {"policy_violation", "name"}},
	TypeOSIDFinding:   {{"osid", "VERSION_ID"}, {"osid", "NAME"}},
}

func (e *Entry) appendMatch(b []byte) []byte {
	key, state := e.Data.resolve()
	if state != keyOfClass {
		return appendPart(b, nil)
	}
	paths, ok := matchPaths[e.Meta.Type]
	if !ok {
		return appendPart(b, &key)
	}
	for _, path := range paths {
		b = appendMatchValue(b, lookup(e.Data.raw, path))
	}
	return b
}

func appendMatchValue(b []byte, value []byte) []byte {
	if elements, ok := rawjson.Elements(value); ok {
		labels := make([]string, len(elements))
		for i, e := range elements {
			labels[i], _ = rawjson.String(e)
		}
		slices.Sort(labels)
		b = append(strconv.AppendInt(b, int64(len(labels)), 10), '[')
		for i := range labels {
			b = appendPart(b, &labels[i])
		}
		return b
	}
	if s, ok := rawjson.String(value); ok {
		return appendPart(b, &s)
	}
	return appendPart(b, nil)
}
