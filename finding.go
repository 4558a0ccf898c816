package odg

import (
	"cmp"
	"strings"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
)

// Finding is a finding as it stands at a point in time: after the rescorings that
// apply to it.
type Finding struct {
	// Entry is the finding as its scanner stored it.
	Entry metadata.Entry
	// Severity is the id of the category that counts: that of the deciding
	// rescoring, or the scanner's.
	Severity string
	// Category is the configuration of Severity, nil if it names none.
	Category *findingcfg.Categorisation
	// Rescoring is the rescoring that decided, nil if none applies.
	Rescoring *metadata.Entry
	// Due is the last day on which the finding may be open; empty means no due date.
	Due metadata.Date
	// Err says why the finding could not be judged, such as an unknown category.
	Err error
}

// Solved tells that nothing has to be done: the category has the value 0.
func (f Finding) Solved() bool { return f.Category != nil && f.Category.Value == 0 }

// Value is the numeric value of the category; -1, "unknown", if it is not configured.
func (f Finding) Value() int {
	if f.Category == nil {
		return -1
	}
	return f.Category.Value
}

// DaysLeft is the number of days from the day of now to the due date, negative if
// that has passed. It returns false if there is no due date.
func (f Finding) DaysLeft(now time.Time) (days int, ok bool) {
	due, err := f.Due.Time()
	if err != nil {
		return 0, false
	}
	const day = 24 * 60 * 60
	return int((due.Unix() - now.UTC().Truncate(24*time.Hour).Unix()) / day), true
}

// Overdue tells that the due date has passed on the day of now.
func (f Finding) Overdue(now time.Time) bool {
	days, ok := f.DaysLeft(now)
	return ok && days < 0
}

// compareFindings orders by due date, those without one last, then by falling
// value, then by artefact and key, so that the order is total.
func compareFindings(a, b Finding) int {
	return cmp.Or(
		compareDue(a.Due, b.Due),
		cmp.Compare(b.Value(), a.Value()),
		strings.Compare(a.Entry.Key(), b.Entry.Key()),
	)
}

func compareDue(a, b metadata.Date) int {
	switch {
	case a == b:
		return 0
	case a == "":
		return 1
	case b == "":
		return -1
	}
	return cmp.Compare(a, b)
}

// Subject says in a few words what was found, for people: the operating system,
// the package and its CVE, … It is the data key where ODG knows no better.
func (f Finding) Subject() string { return subject(f.Entry) }

func subject(e metadata.Entry) string {
	switch e.Meta.Type {
	case metadata.TypeOSIDFinding:
		var found metadata.OSIDFinding
		if e.Data.Decode(&found) == nil {
			return osSubject(found)
		}
	case metadata.TypeVulnerability:
		var found metadata.VulnerabilityFinding
		if e.Data.Decode(&found) == nil {
			return found.CVE + " in " + found.PackageName + versionSuffix(found.PackageVersion)
		}
	case metadata.TypeLicense:
		var found metadata.LicenseFinding
		if e.Data.Decode(&found) == nil {
			return found.License.Name + " in " + found.PackageName + versionSuffix(found.PackageVersion)
		}
	}
	key, _ := e.DataKey()
	return strings.ReplaceAll(key, "|", " ")
}

func versionSuffix(version *string) string {
	if v := artefact.Text(version); v != "" {
		return " " + v
	}
	return ""
}

func osSubject(found metadata.OSIDFinding) string {
	name := artefact.Text(found.OSID.PrettyName)
	if name == "" {
		name = strings.TrimSpace(artefact.Text(found.OSID.Name) + " " + artefact.Text(found.OSID.VersionID))
	}
	if name == "" {
		name = "no operating system named"
	}
	return name
}
