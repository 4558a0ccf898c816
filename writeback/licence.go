package writeback

import (
	"encoding/json"
	"slices"

	"github.com/opendeliverygear/odg/metadata"
)

// licences corrects the licences of an entry, and reports it unless it is about one that
// is removed.
func (c *corrector) licences(p *seen, rules chain) error {
	switch {
	case len(rules) == 0:
		return c.report(p)
	case p.entry.Meta.Type == metadata.TypeStructureInfo:
		return c.structure(p, rules)
	case p.entry.Meta.Type == metadata.TypeLicense:
		return c.finding(p, rules)
	case p.entry.Meta.Type == metadata.TypeIP:
		return c.policy(p, rules)
	}
	return c.report(p)
}

// license is the name of the licence that a finding is about, nil if it has none.
func (p *seen) license() *string { return nameOf(p.object.get("license")) }

func (p *seen) relicense(name string) {
	p.object, p.changed = p.object.with("license", licensed(name).value), true
}

// policy corrects an intellectual property finding. Nobody but the scanner knows the
// policies, so no other licence can be judged.
func (c *corrector) policy(p *seen, rules chain) error {
	name := p.license()
	if name == nil {
		return c.report(p)
	}
	to, stays := rules.follow(name)
	if !stays {
		return nil
	}
	if *to != *name {
		p.relicense(*to)
	}
	return c.report(p)
}

// structure corrects the licences of a package.
func (c *corrector) structure(p *seen, rules chain) error {
	var stay, come []license
	all := p.object.licences()
	for _, l := range all {
		switch to, stays := rules.follow(&l.name); {
		case !stays:
		case *to == l.name:
			stay = append(stay, l)
		default:
			come = append(come, licensed(*to))
		}
	}
	for _, name := range rules.added() {
		come = append(come, licensed(name))
	}
	kept := len(stay)
	for _, l := range come {
		if !slices.ContainsFunc(stay, func(other license) bool { return other.name == l.name }) {
			stay = append(stay, l)
		}
		// Also if the scanner saw it too: it need not have reported it.
		if err := c.introduce(p, l.name); err != nil {
			return err
		}
	}
	if kept != len(all) || kept != len(stay) {
		p.object, p.changed = p.object.with("licenses", values(stay)), true
	}
	return c.report(p)
}

func values(list []license) json.RawMessage {
	elements := make([]json.RawMessage, len(list))
	for i, l := range list {
		elements[i] = l.value
	}
	return array(elements)
}

// finding corrects a finding about a licence.
func (c *corrector) finding(p *seen, rules chain) error {
	for _, name := range rules.added() {
		if err := c.introduce(p, name); err != nil {
			return err
		}
	}
	name := p.license()
	if name == nil {
		return c.report(p)
	}
	to, stays := rules.follow(name)
	if !stays {
		return nil
	}
	if *to == *name {
		return c.report(p)
	}
	if _, configured := c.configured(); configured {
		return c.introduce(p, *to)
	}
	p.relicense(*to)
	return c.report(p)
}

// introduce reports a licence of the package of p that came in by a correction, if it is
// one to report.
func (c *corrector) introduce(p *seen, license string) error {
	if p.entry.Meta.Type != metadata.TypeLicense && !slices.Contains(c.Types, metadata.TypeLicense) {
		return nil
	}
	category, ok := c.judge(p.entry.Artefact, license)
	if !ok {
		return nil
	}
	e := p.entry
	e.Meta.Type, e.AllowedProcessingTime = metadata.TypeLicense, category.AllowedProcessingTime.Raw()
	var o object
	for _, key := range []string{"package_name", "package_version", "base_url", "report_url", "product_id", "group_id"} {
		o = o.with(key, p.object.get(key))
	}
	o = o.with("severity", quote(category.ID)).with("license", licensed(license).value)
	var err error
	if e.Data, err = metadata.NewPayload(e.Meta.Type, o.raw()); err != nil {
		return err
	}
	c.introduced = append(c.introduced, reported{entry: e, changed: true})
	return nil
}
