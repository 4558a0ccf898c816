package postgres

import (
	"crypto/sha256"
	"sync/atomic"

	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
)

// digest is a uuid that stands for a longer text.
type digest = [16]byte

// digestOf tells lists of texts apart.
func digestOf(texts ...string) (d digest) {
	b := make([]byte, 0, 128)
	for _, text := range texts {
		b = append(append(b, text...), 0)
	}
	sum := sha256.Sum256(b)
	copy(d[:], sum[:])
	return d
}

// rules are those by which effective values are kept.
type rules struct {
	findings *findingcfg.Config
	options  rescore.Options
	of       map[metadata.Type]digest // by which findings of a type are judged
	types    []string                 // that are judged
	declared []string                 // those of them whose keys the configuration says
	all      digest
	reach    digest
	present  atomic.Bool // they were announced, see [Store.announce]
}

// judging is the version of the program's part of the rules.
const judging = "1"

func newRules(findings *findingcfg.Config, o rescore.Options) *rules {
	r := &rules{findings: findings, options: o, of: map[metadata.Type]digest{}}
	peers := "any"
	if o.PeerScopes {
		peers = "peers"
	}
	all, reach := []string{judging, peers}, []string{judging}
	for i := range findings.Findings {
		t := findings.Findings[i].Type
		basis, ok := findings.Basis(t)
		if _, again := r.of[t]; again || !ok {
			continue // the first wins
		}
		r.of[t] = digestOf(judging, peers, string(t), basis.Reach, basis.Values)
		r.types = append(r.types, string(t))
		all = append(all, string(t), basis.Reach, basis.Values)
		reach = append(reach, string(t), basis.Reach)
	}
	for _, spec := range findings.Declared {
		r.declared = append(r.declared, string(spec.Name))
	}
	r.all, r.reach = digestOf(all...), digestOf(reach...)
	return r
}

// WithRules returns the store as it keeps, from now on, how findings stand by a
// configuration and the rescorings (see [findingcfg.Config.Effective]): in the same
// transaction as whatever changes it, or, where that is too much, soon after, by
// [Store.Settle]. The types of the store, see [Store.WithTypes], are those that the
// configuration declares. Without rules nothing is kept.
//
// Several processes may keep values in one database, and should have one
// configuration: while they differ, values follow the one that came last, which is the
// one whose first [Store.Settle] was the latest.
func (s *Store) WithRules(findings *findingcfg.Config, o rescore.Options) *Store {
	other := *s
	other.rules = nil
	if findings != nil {
		other.rules = newRules(findings, o)
	}
	return &other
}

// any is the digest of r, nil if there are no rules.
func (r *rules) any() any {
	if r == nil {
		return nil
	}
	return r.all
}

// list returns the digests of the rules of all types.
func (r *rules) list() []digest {
	list := make([]digest, 0, len(r.of))
	for _, d := range r.of {
		list = append(list, d)
	}
	return list
}
