package writeback

import (
	"fmt"
	"slices"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/internal/rawjson"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
)

// Rules say how corrections are applied. The zero Rules judge no licence, and add no
// finding.
type Rules struct {
	// Findings judges licences that come in by a correction. Without a configuration of
	// licences, findings about replaced ones keep their severity, and none are added.
	Findings *findingcfg.Config
	// Types are those that the scanner reports. Findings about licences are added only
	// if they are among them.
	Types []metadata.Type
	// Options say which scopes cover an artefact.
	Options rescore.Options
}

// Concerns tells if entries of a type can be corrected.
func Concerns(t metadata.Type) bool {
	switch t {
	case metadata.TypeVulnerability, metadata.TypeLicense, metadata.TypeIP, metadata.TypeStructureInfo:
		return true
	}
	return false
}

// Apply returns what a scanner found with what people corrected, see the package
// comment. Entries must name their artefacts; those that nothing is said of stay as they
// are, in their order, and those that come in by a correction follow. Write-backs may be
// more than those that apply, in any order; what cannot be read as one says nothing. An
// error says that a corrected entry is none that could be stored.
func Apply(found, writebacks []metadata.Entry, r Rules) ([]metadata.Entry, error) {
	c := &corrector{Rules: r, book: newBook(writebacks, r.Options)}
	if len(c.book.byName) == 0 {
		return found, nil
	}
	for _, e := range found {
		if err := c.correct(e); err != nil {
			return nil, fmt.Errorf("correct entry of type %s with the key %q: %w", e.Meta.Type, e.Key(), err)
		}
	}
	slices.SortFunc(c.introduced, func(a, b reported) int { return a.compare(b) })
	return merged(append(c.reported, c.introduced...))
}

// corrector is [Apply] at work.
type corrector struct {
	Rules
	book                 *book
	reported, introduced []reported
}

// reported is an entry that is to be stored.
type reported struct {
	entry   metadata.Entry
	changed bool
	alone   bool // nothing that is corrected can become the same
}

func (c *corrector) correct(e metadata.Entry) error {
	if !Concerns(e.Meta.Type) {
		c.reported = append(c.reported, reported{entry: e, alone: true})
		return nil
	}
	members, err := rawjson.Inner(e.Data.Raw())
	if err != nil {
		return err
	}
	o := object(members)
	name := o.text("package_name")
	if name == nil || len(c.book.byName[*name]) == 0 {
		c.reported = append(c.reported, reported{entry: e, alone: true})
		return nil
	}
	p := &seen{entry: e, object: o}
	version := o.text("package_version")
	if to, _ := c.book.versions(e.Artefact, *name).follow(version); to != nil && (version == nil || *to != *version) {
		p.object, p.changed, version = o.withVersion(*to), true, to
	}
	return c.licences(p, c.book.licences(e.Artefact, *name, version))
}

// seen is an entry that is being corrected.
type seen struct {
	entry   metadata.Entry
	object  object
	changed bool
}

// report takes an entry over.
func (c *corrector) report(p *seen) error {
	if p.changed {
		var err error
		if p.entry.Data, err = metadata.NewPayload(p.entry.Meta.Type, p.object.raw()); err != nil {
			return err
		}
	}
	c.reported = append(c.reported, reported{entry: p.entry, changed: p.changed})
	return nil
}

// judge returns the category of a licence in an artefact, false if it is none to report.
func (c *corrector) judge(id artefact.ID, license string) (*findingcfg.Categorisation, bool) {
	cfg, configured := c.configured()
	if !configured || !cfg.Matches(id) {
		return nil, false
	}
	return cfg.Categorise(findingcfg.Text(license))
}

func (c *corrector) configured() (*findingcfg.Finding, bool) {
	if c.Findings == nil {
		return nil, false
	}
	return c.Findings.For(metadata.TypeLicense)
}
