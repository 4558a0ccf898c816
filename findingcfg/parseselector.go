package findingcfg

import (
	"fmt"

	"github.com/opendeliverygear/odg/internal/strictyaml"
	"github.com/opendeliverygear/odg/metadata"
)

// selectorOrder is the order in which the sorts of selectors are tried.
var selectorOrder = []string{
	keyScoreRange, keyLicenses, keyMalware, keySubTypes, keyStatus, keyRatings, keyResolution, keyPolicies, keyLabels,
}

func (r *reader) selector(t metadata.Type, n *strictyaml.Node) *Selector {
	if n.Kind != strictyaml.Mapping {
		r.d.WrongType(n, "a mapping")
		return nil
	}
	want := selectorKeys[t]
	key := selectorKey(n, want)
	switch {
	case key == "" && want == "":
		r.d.Unknown(n)
		return nil
	case key == "":
		r.d.Missing(n, want)
		return nil
	case want != "" && key != want:
		r.d.Fault(n, fmt.Sprintf("selector %s does not fit type %s", key, t), fmt.Sprintf("select by %s", want))
		return nil
	case want == "":
		r.d.Warn(n, fmt.Sprintf("findings of type %s get their severity from their producer, nobody asks the selector", t))
	}
	return r.selectorOf(n, key)
}

// selectorKey finds the sort of selector that n is, preferably want.
func selectorKey(n *strictyaml.Node, want string) string {
	if n.Get(want) != nil {
		return want
	}
	for _, key := range selectorOrder {
		if n.Get(key) == nil {
			continue
		}
		if key == keyLabels {
			return keyPolicies
		}
		return key
	}
	return ""
}

type rawRange struct {
	Range struct {
		Min float64 `yaml:"min,required"`
		Max float64 `yaml:"max,required"`
	} `yaml:"cve_score_range"`
}

type rawViolation struct {
	Policies []Pattern `yaml:"policy_violation_ids"`
	Labels   []Pattern `yaml:"labels"`
}

func (r *reader) selectorOf(n *strictyaml.Node, key string) *Selector {
	s := &Selector{key: key}
	switch key {
	case keyScoreRange:
		var raw rawRange
		if r.d.Decode(n, &raw) && raw.Range.Min > raw.Range.Max {
			r.d.Warn(n.Get(key), "min is greater than max, no score is in between")
		}
		s.min, s.max = raw.Range.Min, raw.Range.Max
	case keyPolicies:
		var raw rawViolation
		r.d.Decode(n, &raw)
		s.patterns, s.labels = raw.Policies, raw.Labels
	default:
		r.d.Unknown(n, key)
		r.texts(n.Get(key), s)
	}
	return s
}

// texts reads a list of patterns, in which resolutions may be null.
func (r *reader) texts(n *strictyaml.Node, s *Selector) {
	if n.Kind != strictyaml.List {
		r.d.WrongType(n, "a list")
		return
	}
	for _, item := range n.Items {
		if item.Kind == strictyaml.Null && s.key == keyResolution {
			s.null = true
			continue
		}
		var p Pattern
		if r.d.Decode(item, &p) {
			s.patterns = append(s.patterns, p)
		}
	}
}
