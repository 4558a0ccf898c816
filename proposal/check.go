package proposal

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
)

// Check tells if an entry is a rescoring that a person may make by the configuration. It
// must be about a configured type of findings, name a finding as its type asks for, and
// give it a category to which persons may rescore, with the due date that the category
// may ask for, and an end that is still to come, if any. The error is a
// [*metadata.Error] with the path of the fault in the entry.
func Check(e metadata.Entry, cfg *findingcfg.Config, now time.Time) error {
	if e.Meta.Type != metadata.TypeRescoring {
		return fault("meta.type", "is %q; only %s are accepted here", e.Meta.Type, metadata.TypeRescoring)
	}
	var given metadata.CustomRescoring
	if err := e.Data.Decode(&given); err != nil {
		return &metadata.Error{Path: "data", Err: err}
	}
	finding, ok := cfg.For(given.ReferencedType)
	if !ok {
		return fault("data.referenced_type", "there is no configuration for findings of type %q", given.ReferencedType)
	}
	if err := checkFinding(e, given); err != nil {
		return err
	}
	category, err := checkSeverity(finding, given.Severity)
	if err != nil {
		return err
	}
	return checkTimes(category, given, now)
}

// CheckTimes tells if the times of a rescoring can be read, whoever made it, and whatever
// the configuration: with another allowed processing time, or with one that a person has to
// name and nobody has, no due date follows from it. Entries of other types are fine. The
// error is as that of [Check].
func CheckTimes(e metadata.Entry) error {
	if e.Meta.Type != metadata.TypeRescoring {
		return nil
	}
	var given metadata.CustomRescoring
	if err := e.Data.Decode(&given); err != nil {
		return &metadata.Error{Path: "data", Err: err}
	}
	_, err := allowedBy(given, findingcfg.ProcessingTime{})
	return err
}

func fault(path, format string, args ...any) error {
	return &metadata.Error{Path: path, Err: fmt.Errorf(format, args...)}
}

// identifying are the members by which rescorings name findings of a type. The data
// key of a type that configuration declares is checked when an entry is read.
var identifying = map[metadata.Type][]string{
	metadata.TypeVulnerability: {"package_name", "cve"},
	metadata.TypeLicense:       {"package_name", "license"},
	metadata.TypeIP:            {"package_name", "labels"},
	metadata.TypeMalware:       {"filename", "content_digest", "malware"},
	metadata.TypeSAST:          {"sast_status", "sub_type"},
	metadata.TypeCrypto:        {"standard", "asset"},
	metadata.TypeDiki:          {"provider_id", "ruleset_id", "rule_id"},
	metadata.TypeOSIDFinding:   {"osid"},
	metadata.TypeFalco:         {"group_hash"},
	metadata.TypeKyverno:       {"group_hash"},
	metadata.TypeGHAS:          {"html_url", "resolution"},
	metadata.TypeCodeQL:        {"codeql_status", "repo_url", "language"},
}

func checkFinding(e metadata.Entry, given metadata.CustomRescoring) error {
	var members map[string]any
	if err := given.Finding.Decode(&members); err != nil {
		return &metadata.Error{Path: "data.finding", Err: err}
	}
	for _, name := range identifying[given.ReferencedType] {
		if members[name] == nil {
			return fault("data.finding."+name, "is missing; a %s is named by %s", given.ReferencedType,
				strings.Join(identifying[given.ReferencedType], ", "))
		}
	}
	if _, ok := e.Subject(); !ok {
		return fault("data.finding", "does not name a finding of type %s", given.ReferencedType)
	}
	return nil
}

func checkSeverity(f *findingcfg.Finding, severity string) (*findingcfg.Categorisation, error) {
	var open []string
	for _, c := range f.Categorisations {
		if slices.Contains(c.Rescoring, findingcfg.RescoringManual) {
			open = append(open, c.ID)
		}
	}
	category, ok := f.Category(severity)
	switch {
	case len(f.Categorisations) == 0:
		return nil, fault("data.referenced_type", "%s has no categories to rescore to", f.Type)
	case len(open) == 0:
		return nil, fault("data.referenced_type", "the configuration lets nobody rescore findings of type %s", f.Type)
	case !ok:
		return nil, fault("data.severity", "%q is no category of %s, want one of %s", severity, f.Type, strings.Join(open, ", "))
	case !slices.Contains(open, severity):
		return nil, fault("data.severity", "the configuration lets nobody rescore to %q by hand, want one of %s", severity, strings.Join(open, ", "))
	}
	return category, nil
}

func checkTimes(c *findingcfg.Categorisation, given metadata.CustomRescoring, now time.Time) error {
	allowed, err := allowedBy(given, c.AllowedProcessingTime)
	if err != nil {
		return err
	}
	if _, err := allowed.DueDate(metadata.DateOf(now)); given.DueDate == "" && err != nil {
		return &metadata.Error{Path: "data.allowed_processing_time", Err: err}
	}
	if given.ValidUntil.Over(now) {
		return fault("data.valid_until", "%s has passed; the rescoring would count for nothing", given.ValidUntil)
	}
	return nil
}

// allowedBy returns the time that a rescoring allows, that of its category if it names none.
func allowedBy(given metadata.CustomRescoring, category findingcfg.ProcessingTime) (findingcfg.ProcessingTime, error) {
	allowed, err := findingcfg.ParseProcessingTime(given.AllowedProcessingTime)
	if err != nil {
		return allowed, &metadata.Error{Path: "data.allowed_processing_time", Err: err}
	}
	if artefact.Text(given.AllowedProcessingTime) == "" {
		allowed = category
	}
	if allowed.NeedsInput() && given.DueDate == "" {
		return allowed, &metadata.Error{Path: "data.due_date", Err: findingcfg.ErrDueDateNeeded}
	}
	return allowed, nil
}

// IssueGroups returns the artefacts whose tracking issues have to follow rescorings that
// were stored: one for each group of artefacts that share issues, in the order of the
// rescorings. Rescorings that name no single group, such as those of whole components,
// and those of types without issues, have none.
func IssueGroups(rescorings []metadata.Entry, cfg *findingcfg.Config) []artefact.ID {
	var ids []artefact.ID
	seen := map[string]bool{}
	for _, e := range rescorings {
		finding, ok := cfg.For(e.ReferencedType())
		if !ok || !finding.Issues.Enabled || !namesAll(e.Artefact, finding.Issues.GroupBy) {
			continue
		}
		group, err := finding.Issues.GroupID(e.Artefact)
		if err != nil && !errors.Is(err, artefact.ErrNoArtefact) || seen[group] {
			continue
		}
		seen[group] = true
		ids = append(ids, e.Artefact)
	}
	return ids
}

// namesAll tells if no attribute of id is empty that artefacts are grouped by.
func namesAll(id artefact.ID, by []artefact.Attribute) bool {
	local := id.Local()
	values := map[artefact.Attribute]bool{
		artefact.AttrComponentName:    artefact.Text(id.ComponentName) != "",
		artefact.AttrComponentVersion: artefact.Text(id.ComponentVersion) != "",
		artefact.AttrKind:             id.Kind != "",
		artefact.AttrName:             artefact.Text(local.Name) != "",
		artefact.AttrVersion:          artefact.Text(local.Version) != "",
		artefact.AttrType:             artefact.Text(local.Type) != "",
	}
	for _, attr := range by {
		if given, known := values[attr]; known && !given {
			return false
		}
	}
	return true
}
