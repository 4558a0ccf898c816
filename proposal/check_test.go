package proposal_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/proposal"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	cfg := config(t)
	given := func(change func(*metadata.CustomRescoring)) metadata.Entry {
		c := metadata.CustomRescoring{Severity: "LOW"}
		if change != nil {
			change(&c)
		}
		return decided(t, "p", "CVE-1", c)
	}
	about := func(typ metadata.Type, severity string, finding any) metadata.Entry {
		return entry(t, metadata.TypeRescoring, metadata.CustomRescoring{
			Finding: metadata.ObjectOf(finding), ReferencedType: typ, Severity: severity, User: metadata.ObjectOf(metadata.User{Username: "ada", Type: "user"}),
		})
	}
	stored := given(nil)
	stored.Data = metadata.BuiltinTypes().Stored(metadata.TypeRescoring, json.RawMessage(`{"severity":7}`))
	for name, tc := range map[string]struct {
		entry metadata.Entry
		path  string // empty: fine
	}{
		"fine":                  {given(nil), ""},
		"with a due date":       {given(func(c *metadata.CustomRescoring) { c.Severity, c.DueDate = "postpone", "2025-09-01" }), ""},
		"with a time":           {given(func(c *metadata.CustomRescoring) { c.Severity, c.AllowedProcessingTime = "postpone", new("10368000s") }), ""},
		"until today":           {given(func(c *metadata.CustomRescoring) { c.ValidUntil = "2025-06-01" }), ""},
		"until now":             {given(func(c *metadata.CustomRescoring) { c.ValidUntil = "2025-06-01T12:00:00" }), "data.valid_until"},
		"ip":                    {about(metadata.TypeIP, "bad", metadata.IPRef{PackageName: "p", Labels: []string{"a"}}), ""},
		"ip without labels":     {about(metadata.TypeIP, "bad", metadata.LicenseRef{PackageName: "p", License: metadata.License{Name: "GPL"}}), "data.finding.labels"},
		"osid":                  {about(metadata.TypeOSIDFinding, "eol", metadata.OSIDRef{OSID: metadata.OperatingSystemID{ID: new("debian")}}), ""},
		"other subject":         {about(metadata.TypeOSIDFinding, "eol", metadata.GroupRef{GroupHash: "h"}), "data.finding.osid"},
		"not configured":        {about(metadata.TypeSAST, "x", metadata.SASTRef{SASTStatus: "no-linter", SubType: "local-linting"}), "data.referenced_type"},
		"cannot be read":        {stored, "data"},
		"no rescoring":          {vulnerability(t, "p", "1", "CVE-1", "HIGH"), "meta.type"},
		"input":                 {given(func(c *metadata.CustomRescoring) { c.AllowedProcessingTime = new("input") }), "data.due_date"},
		"beyond all times":      {given(func(c *metadata.CustomRescoring) { c.AllowedProcessingTime = new("3000000d") }), "data.allowed_processing_time"},
		"but with a date":       {given(func(c *metadata.CustomRescoring) { c.AllowedProcessingTime, c.DueDate = new("3000000d"), "2025-09-01" }), ""},
		"category of nobody":    {given(func(c *metadata.CustomRescoring) { c.Severity = "CRITICAL" }), "data.severity"},
		"category that is none": {given(func(c *metadata.CustomRescoring) { c.Severity = "" }), "data.severity"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			err := proposal.Check(tc.entry, cfg, now)
			if tc.path == "" {
				is.NoErr(err)
				return
			}
			var fault *metadata.Error
			is.True(errors.As(err, &fault))
			is.Equal(fault.Path, tc.path)
		})
	}
}

// What no configuration can make sense of is refused whoever made it.
func TestCheckTimes(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	says := func(c metadata.CustomRescoring) string {
		err := proposal.CheckTimes(decided(t, "p", "CVE-1", c))
		var fault *metadata.Error
		if !errors.As(err, &fault) {
			is.NoErr(err)
			return ""
		}
		return fault.Path
	}
	is.Equal(says(metadata.CustomRescoring{Severity: "of another configuration", ValidUntil: "2020-01-01"}), "")
	is.Equal(says(metadata.CustomRescoring{AllowedProcessingTime: new("input"), DueDate: "2025-09-01"}), "")
	is.Equal(says(metadata.CustomRescoring{AllowedProcessingTime: new("input")}), "data.due_date")
	is.Equal(says(metadata.CustomRescoring{AllowedProcessingTime: new("1.5h")}), "data.allowed_processing_time")
	is.NoErr(proposal.CheckTimes(vulnerability(t, "p", "1", "CVE-1", "HIGH"))) // no rescoring
	unreadable := decided(t, "p", "CVE-1", metadata.CustomRescoring{})
	unreadable.Data = metadata.BuiltinTypes().Stored(metadata.TypeRescoring, json.RawMessage(`{"severity":7}`))
	is.True(proposal.CheckTimes(unreadable) != nil)
}

func TestIssueGroups(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	cfg := config(t)
	artefactWide := decided(t, "p", "CVE-1", metadata.CustomRescoring{Severity: "LOW"})
	single := artefactWide
	single.Artefact = web()
	other := single
	other.Artefact.Artefact = &artefact.LocalID{Name: new("db"), Type: new("ociImage")}
	whole := single
	whole.Artefact = artefact.ID{ComponentName: new("acme.org/shop")}
	none := single
	none.Data = metadata.BuiltinTypes().Stored(metadata.TypeRescoring, json.RawMessage(`{}`))
	without := entry(t, metadata.TypeRescoring, metadata.CustomRescoring{
		Finding: metadata.ObjectOf(metadata.IPRef{PackageName: "p"}), ReferencedType: metadata.TypeIP, Severity: "bad",
		User: metadata.ObjectOf(metadata.User{Username: "ada", Type: "user"}),
	})
	byVersion := entry(t, metadata.TypeRescoring, metadata.CustomRescoring{
		Finding: metadata.ObjectOf(metadata.OSIDRef{}), ReferencedType: metadata.TypeOSIDFinding, Severity: "eol",
		User: metadata.ObjectOf(metadata.User{Username: "ada", Type: "user"}),
	})
	got := proposal.IssueGroups([]metadata.Entry{artefactWide, single, other, whole, none, without, byVersion}, cfg)
	is.Equal(len(got), 3)
	is.Equal(got[0].Key(), artefactWide.Artefact.Key())
	is.Equal(got[1].Key(), other.Artefact.Key())
	is.Equal(got[2].Key(), byVersion.Artefact.Key()) // grouped by other attributes
}
