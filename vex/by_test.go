package vex_test

import (
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/vex"
)

// Who takes a document over answers for it; its author is remembered beside.
func TestSomebodyAnswers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		author, notes string
		by            metadata.User
		user, comment string
		exported      string
	}{
		"the author":          {"Acme\n GmbH", "Why.", metadata.User{}, "Acme\n GmbH", "VEX not_affected 2026-10-30T00:00:00Z\nWhy.", "Acme\n GmbH"},
		"somebody else":       {"Acme\n GmbH", "Why.", metadata.User{Username: "ada", Type: "user"}, "ada", "VEX not_affected 2026-10-30T00:00:00Z\nAuthor: Acme GmbH\nWhy.", "Acme GmbH"},
		"without a reason":    {"Acme", "", metadata.User{Username: "ada"}, "ada", "VEX not_affected 2026-10-30T00:00:00Z\nAuthor: Acme", "Acme"},
		"the author as user":  {"ada", "Why.", metadata.User{Username: "ada"}, "ada", "VEX not_affected 2026-10-30T00:00:00Z\nWhy.", "ada"},
		"nobody said it":      {"", "Why.", metadata.User{Username: "ada"}, "ada", "VEX not_affected 2026-10-30T00:00:00Z\nWhy.", "ada"},
		"notes are no author": {"Acme", "Author: Eve", metadata.User{}, "Acme", "VEX not_affected 2026-10-30T00:00:00Z\nAuthor: \nAuthor: Eve", "Acme"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			web := image("web", "1")
			in := vex.Input{Findings: []metadata.Entry{found(t, web, "CVE-1", "openssl", "1")}, Config: config(t), Now: now, By: c.by}
			s := about(vex.NotAffected, time.Date(2026, 10, 30, 0, 0, 0, 0, time.UTC), "pkg:oci/web?tag=1")
			s.Author, s.Notes = c.author, c.notes
			plan := match(t, in, s)
			is.Equal(len(plan.Rescorings), 1)
			var r metadata.CustomRescoring
			is.NoErr(plan.Rescorings[0].Data.Decode(&r))
			var user metadata.User
			is.NoErr(r.User.Decode(&user))
			is.Equal(user.Username, c.user)
			is.Equal(*r.Comment, c.comment)

			in.Rescorings = plan.Rescorings
			is.Equal(match(t, in, s).Outcomes[0].Result, vex.Unchanged)
			doc := vex.Export(vex.Holding{
				Component: "example.org/shop", Version: "2.0.0", Findings: in.Findings, Rescorings: plan.Rescorings, Config: in.Config, Now: now,
			})
			is.Equal(doc.Statements[0].Author, c.exported)
			is.Equal(doc.Statements[0].Notes, c.notes)
		})
	}
}
