package vex_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/vex"
)

// outcome is what matters of a [vex.Outcome].
type outcome struct {
	path     string
	result   vex.Result
	findings int
}

// TestOtherTools reads documents in the shapes that other tools produce.
func TestOtherTools(t *testing.T) {
	t.Parallel()
	web, other := image("web", "1.4.2"), image("web", "1.5.0")
	world := []metadata.Entry{
		found(t, web, "CVE-2026-0001", "openssl", "3.1.0-r4", "pkg:apk/alpine/openssl@3.1.0-r4?arch=x86_64"),
		found(t, other, "CVE-2026-0001", "openssl", "3.1.0-r4", "pkg:apk/alpine/openssl@3.1.0-r4?arch=x86_64"),
		found(t, web, "CVE-2026-0002", "busybox", "1.36.1-r2"),
		found(t, web, "CVE-2026-0003", "zlib", "1.2"),
		found(t, other, "CVE-2026-0004", "github.com/acme/lib", "v1.44.234"),
		found(t, web, "CVE-2026-0005", "@scope/left", "1.0.0"),
	}
	for _, c := range []struct {
		file     string
		outcomes []outcome
		comments map[string]string // of rescorings by CVE
		author   string
	}{
		{
			file: "vexctl.openvex.json",
			outcomes: []outcome{
				{"statements[0].products[0]", vex.Decided, 1},
				{"statements[1].products[0]", vex.Decided, 1},
				{"statements[2].products[0]", vex.Undecided, 1},
			},
			comments: map[string]string{
				"CVE-2026-0001": "VEX not_affected vulnerable_code_not_in_execute_path 2026-10-01T07:00:00.123456Z",
				"CVE-2026-0002": "VEX fixed 2026-10-01T07:00:00.123456Z",
			},
			author: "Ada of Acme",
		},
		{
			file:     "grype.openvex.json",
			outcomes: []outcome{{"statements[0].products[0]", vex.Decided, 1}},
			comments: map[string]string{
				"CVE-2026-0001": "VEX not_affected 2026-10-02T00:00:00Z\nTLS ends at the proxy.\n\nReviewed with the network team.",
			},
			author: "security@example.org",
		},
		{
			file: "trivy.cyclonedx.json",
			outcomes: []outcome{
				{"vulnerabilities[0].affects[0].ref", vex.Decided, 1},
				{"vulnerabilities[1].affects[0].ref", vex.Undecided, 1},
			},
			comments: map[string]string{
				"CVE-2026-0004": "VEX not_affected code_not_reachable will_not_fix update 2026-10-01T12:00:00Z\nThe function is never called.",
			},
			author: vex.UnknownAuthor,
		},
		{
			file: "sbom.cyclonedx.json",
			outcomes: []outcome{
				{"vulnerabilities[1].affects[0].ref", vex.Decided, 1},
				{"vulnerabilities[2].affects[0].ref", vex.Decided, 1},
			},
			comments: map[string]string{
				"CVE-2026-0002": "VEX not_affected 2026-10-03T12:00:00Z\nThe applet is not built.",
				"CVE-2026-0005": "VEX fixed 2026-09-02T00:00:00Z",
			},
			author: "Grace",
		},
	} {
		t.Run(c.file, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			plan, err := vex.Match([]vex.Document{document(t, c.file)}, vex.Input{Findings: world, Config: config(t), Now: now})
			is.NoErr(err)
			var outcomes []outcome
			for _, o := range plan.Outcomes {
				is.Equal(o.Document, c.file)
				outcomes = append(outcomes, outcome{o.Path, o.Result, o.Findings})
			}
			is.Equal(cmp.Diff(c.outcomes, outcomes, cmp.AllowUnexported(outcome{})), "")
			comments := map[string]string{}
			for _, e := range plan.Rescorings {
				var r metadata.CustomRescoring
				var ref metadata.VulnerabilityRef
				var user metadata.User
				is.NoErr(e.Data.Decode(&r))
				is.NoErr(r.Finding.Decode(&ref))
				is.NoErr(r.User.Decode(&user))
				comments[ref.CVE] = *r.Comment
				is.Equal(user, metadata.User{Username: c.author, Type: vex.UserType})
				is.Equal(r.Severity, "NONE")
				is.Equal(e.Meta, metadata.Meta{Datasource: "vex", Type: metadata.TypeRescoring, CreationDate: "2026-11-01T12:00:00", LastUpdate: "2026-11-01T12:00:00"})
			}
			is.Equal(cmp.Diff(c.comments, comments), "")
		})
	}
}
