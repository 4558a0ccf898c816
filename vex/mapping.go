package vex

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
)

// Mapping says which category a status means, by its id. A status that is missing
// or empty decides nothing: the finding stays as severe as it is.
type Mapping map[Status]string

// DefaultMapping is the mapping if nobody chose one: not_affected and fixed mean
// the first category with the value 0 to which people may rescore, of the built-in
// configuration NONE. Affected and under_investigation decide nothing.
//
// A fixed statement is about a product that has the fix, so what the scanner found
// there does not hold.
func DefaultMapping(cfg *findingcfg.Finding) Mapping {
	for _, c := range cfg.Categorisations {
		if c.Value == 0 && slices.Contains(c.Rescoring, findingcfg.RescoringManual) {
			return Mapping{NotAffected: c.ID, Fixed: c.ID}
		}
	}
	return Mapping{}
}

// Validate reports statuses that are unknown, and categories that do not fit them
// or are not there.
func (m Mapping) Validate(cfg *findingcfg.Finding) error {
	var all []error
	for _, status := range slices.Sorted(maps.Keys(m)) {
		if err := status.Validate(); err != nil {
			all = append(all, err)
		} else if id := m[status]; id != "" {
			c, err := usable(cfg, id, status)
			if err == nil && c.AllowedProcessingTime.NeedsInput() {
				err = fmt.Errorf("category %s needs a due date, which VEX does not have", id)
			}
			if err != nil {
				all = append(all, fmt.Errorf("status %s: %w", status, err))
			}
		}
	}
	return errors.Join(all...)
}

// usable returns the category with an id, if people may rescore to it and it says
// the same as the status.
func usable(cfg *findingcfg.Finding, id string, status Status) (*findingcfg.Categorisation, error) {
	c, ok := cfg.Category(id)
	switch {
	case !ok:
		return nil, fmt.Errorf("%s has no category %q; there are %s", cfg.Type, id, categories(cfg))
	case !slices.Contains(c.Rescoring, findingcfg.RescoringManual):
		return nil, fmt.Errorf("nobody may rescore to category %s", id)
	case status.solves() != (c.Value == 0):
		return nil, fmt.Errorf("category %s has the value %d, which is not %s", id, c.Value, status)
	}
	return c, nil
}

func categories(cfg *findingcfg.Finding) string {
	var ids []string
	for _, c := range cfg.Categorisations {
		ids = append(ids, c.ID)
	}
	return strings.Join(ids, ", ")
}

// decide turns a statement into what is rescored to. It returns false if the
// statement decides nothing. What ODG wrote is taken as it is; of other tools, the
// allowed time is that of the category.
func (in *Input) decide(s Statement) (Decision, bool, error) {
	d, ours := s.Decision, s.Decision.Severity != ""
	if !ours {
		d.Severity = in.Mapping[s.Status]
	}
	if d.Severity == "" {
		return d, false, nil
	}
	c, err := usable(in.Config, d.Severity, s.Status)
	if err != nil {
		return d, false, err
	}
	allowed := c.AllowedProcessingTime
	if d.AllowedProcessingTime != "" {
		if allowed, err = findingcfg.ParseProcessingTime(&d.AllowedProcessingTime); err != nil {
			return d, false, err
		}
	} else if !ours {
		d.AllowedProcessingTime = artefact.Text(allowed.Raw())
	}
	if allowed.NeedsInput() && d.DueDate == "" {
		return d, false, fmt.Errorf("category %s needs a due date, which the statement does not have", c.ID)
	}
	if d.ValidUntil == "" {
		d.ValidUntil = in.ValidUntil
	}
	d.User = orDefault(s.Author, UnknownAuthor)
	return d, true, nil
}

// UnknownAuthor is the user of rescorings from documents that name no author.
const UnknownAuthor = "unknown author"

// UserType is the type of the users of rescorings that are from VEX documents.
const UserType = "vex-author"

// Datasource is the datasource of rescorings that are from VEX documents.
const Datasource metadata.Datasource = "vex"
