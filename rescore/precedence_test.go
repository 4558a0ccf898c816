package rescore_test

import (
	"math/rand"
	"slices"
	"testing"

	"github.com/matryer/is"
	"pgregory.net/rapid"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
)

// made is a rescoring with everything that its precedence depends on.
type made struct {
	scope      artefact.ID
	severity   string
	datasource metadata.Datasource
	user       metadata.User
	created    metadata.Timestamp
	until      metadata.Expiry
}

func (m made) entry(t fataler) metadata.Entry {
	e := entry(t, m.scope, metadata.TypeRescoring, metadata.CustomRescoring{
		Finding:        metadata.ObjectOf(metadata.VulnerabilityRef{PackageName: "openssl", CVE: "CVE-1"}),
		ReferencedType: metadata.TypeVulnerability, Severity: m.severity, User: metadata.ObjectOf(m.user), ValidUntil: m.until,
	})
	e.Meta.Datasource, e.Meta.CreationDate = m.datasource, m.created
	return e
}

var (
	subject = image("c", "1", "web", "1.0")
	scopes  = []artefact.ID{{}, {ComponentName: new("c"), Artefact: &artefact.LocalID{}}, image("c", "", "web", ""), subject,
		{Artefact: &artefact.LocalID{Name: new("web")}}} // an artefact of any component
	authors = []made{
		{datasource: metadata.SourceDashboard, user: metadata.User{Username: "ada", Type: "user"}},
		{datasource: metadata.SourceBDBA, user: metadata.User{Username: "bdba-extension-triage", Type: "user"}},
		{datasource: metadata.SourceSAST, user: metadata.User{Username: "x", Type: "sast-extension-user"}},
		{datasource: metadata.SourceGHAS, user: metadata.User{Username: "x", Type: "user"}},
		{datasource: "vex", user: metadata.User{Username: "ada", Type: "user"}},
	}
	ended = []metadata.Expiry{"2025-05-31", "2025-06-01T12:00:00+00:00", "2025-06-01T13:59:59+02:00", "2020-01-01"}
	valid = []metadata.Expiry{"", "", "", "2025-06-01", "2025-06-01T12:00:01Z", "2099-12-31"}
)

// world draws rescorings of one finding, none of which has ended.
func world(t *rapid.T) []metadata.Entry {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) metadata.Entry {
		m := rapid.SampledFrom(authors).Draw(t, "author")
		m.scope = rapid.SampledFrom(scopes).Draw(t, "scope")
		m.severity = rapid.SampledFrom([]string{"NONE", "LOW", "CRITICAL"}).Draw(t, "severity")
		m.created = rapid.SampledFrom([]metadata.Timestamp{"2025-01-01", "2025-01-01T00:00:00Z", "2025-02-01T00:00:00", "whenever", ""}).Draw(t, "created")
		m.until = rapid.SampledFrom(valid).Draw(t, "until")
		return m.entry(t)
	}), 0, 8).Draw(t, "rescorings")
}

func ids(list []*metadata.Entry) (ids []string) {
	for _, e := range list {
		ids = append(ids, e.ID())
	}
	return ids
}

func decide(f metadata.Entry, rescorings []metadata.Entry) rescore.Decision {
	return rescore.Decide(f, rescore.NewIndex(rescorings, rescore.Options{}).For(f), now)
}

func TestArrivalNeverMatters(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f, all := finding(t, subject, "CVE-1"), world(t)
		want := decide(f, all)
		shuffled := slices.Clone(all)
		rand.New(rand.NewSource(rapid.Int64().Draw(t, "seed"))).Shuffle(len(all), func(i, j int) {
			shuffled[i], shuffled[j] = shuffled[j], shuffled[i]
		})
		got := decide(f, shuffled)
		if got.Severity != want.Severity || !slices.Equal(ids(got.Rescorings), ids(want.Rescorings)) {
			t.Fatalf("%s by %v, in another order %s by %v", want.Severity, ids(want.Rescorings), got.Severity, ids(got.Rescorings))
		}
	})
}

// An index finds what there is to find pair by pair, in the same order, also where scopes
// are equally wide and not the same.
func TestIndexKeepsPrecedence(t *testing.T) {
	t.Parallel()
	rapid.Check(t, indexKeepsPrecedence)
}

func FuzzIndexKeepsPrecedence(f *testing.F) { f.Fuzz(rapid.MakeFuzz(indexKeepsPrecedence)) }

func indexKeepsPrecedence(t *rapid.T) {
	f, all := finding(t, subject, "CVE-1"), world(t)
	o := rescore.Options{PeerScopes: rapid.Bool().Draw(t, "peer scopes")}
	got, want := rescore.NewIndex(all, o).For(f), rescore.Applicable(f, all, o)
	if !slices.Equal(ids(got), ids(want)) {
		t.Fatalf("the index finds %v, pairs are %v", ids(got), ids(want))
	}
}

// A human decision loses only to a more specific one, or to a newer one of a person.
func TestHumanDecisionsHold(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f, all := finding(t, subject, "CVE-1"), world(t)
		d := decide(f, all)
		for i := range all {
			winner := d.Rescorings[0]
			if rescore.Automatic(all[i]) {
				continue
			}
			if winner.Specificity() < all[i].Specificity() {
				t.Fatalf("a human %s lost to a %s", all[i].Specificity(), winner.Specificity())
			}
			if winner.Specificity() == all[i].Specificity() && rescore.Automatic(*winner) {
				t.Fatalf("a human %s lost to an automatic one", all[i].Specificity())
			}
		}
	})
}

func TestEndedDecisionsChangeNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f, all := finding(t, subject, "CVE-1"), world(t)
		want := decide(f, all)
		m := rapid.SampledFrom(authors).Draw(t, "author")
		m.scope, m.severity = rapid.SampledFrom(scopes).Draw(t, "scope"), "ENDED"
		m.created, m.until = "2025-05-01", rapid.SampledFrom(ended).Draw(t, "until")
		at := rapid.IntRange(0, len(all)).Draw(t, "at")
		got := decide(f, slices.Insert(slices.Clone(all), at, m.entry(t)))
		if got.Severity != want.Severity || !slices.Equal(ids(got.Rescorings), ids(want.Rescorings)) {
			t.Fatalf("%s without, %s with one that was valid until %s", want.Severity, got.Severity, m.until)
		}
	})
}

// What Explain says fits to what Decide does.
func TestExplainEqualsDecide(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f, all := finding(t, subject, "CVE-1"), world(t)
		o := rescore.Options{PeerScopes: rapid.Bool().Draw(t, "peer scopes")}
		elsewhere := made{scope: image("d", "", "", ""), severity: "LOW", created: "2025-01-01"}
		all = append(all, elsewhere.entry(t), decision(t, subject, "CVE-2", "LOW", "2025-01-01"))
		want := rescore.Decide(f, rescore.Applicable(f, all, o), now)
		got := rescore.Explain(f, all, o, now)
		var apply []string
		for _, c := range got.Considered {
			if c.Reason == "" {
				t.Fatalf("no reason for %s", c.Outcome)
			}
			if c.Outcome == rescore.Won || c.Outcome == rescore.Outranked {
				apply = append(apply, c.Rescoring.ID())
			}
		}
		if got.Severity != want.Severity || !slices.Equal(apply, ids(want.Rescorings)) {
			t.Fatalf("decided %s by %v, explained %s by %v", want.Severity, ids(want.Rescorings), got.Severity, apply)
		}
		if len(got.Considered) != len(all)-1 { // all but the one about another CVE
			t.Fatalf("%d of %d considered", len(got.Considered), len(all)-1)
		}
	})
}

func TestExplain(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	human, sast := authors[0], authors[2]
	with := func(m made, scope artefact.ID, created metadata.Timestamp, until metadata.Expiry) metadata.Entry {
		m.scope, m.severity, m.created, m.until = scope, "LOW", created, until
		return m.entry(t)
	}
	all := []metadata.Entry{
		with(human, image("c", "2", "web", "1.0"), "2025-05-05", ""),
		with(human, scopes[0], "2025-05-05", ""),
		with(sast, scopes[2], "2025-05-05", ""),
		with(human, scopes[2], "2025-01-01", ""),
		with(human, scopes[2], "2025-02-02", ""),
		with(human, scopes[2], "whenever", ""),
		with(human, subject, "2025-05-05", "2025-05-31"),
	}
	e := rescore.Explain(finding(t, subject, "CVE-1"), all, rescore.Options{}, now)
	var got []string
	for _, c := range e.Considered {
		got = append(got, string(c.Outcome)+" ("+c.Specificity.String()+"): "+c.Reason)
	}
	is.Equal(got, []string{
		"ended (single): it was valid until 2025-05-31",
		"won (artefact): no other that applies is more specific, or, being as specific, of a person where it is not, or newer",
		"outranked (artefact): it was created 2025-01-01, before the winner (2025-02-02), for the same scope",
		"outranked (artefact): its creation date is no time, that of the winner is",
		"outranked (artefact): an extension made it, and a person the winner, for the same scope",
		"outranked (global): scope global is wider than artefact, that of the winner",
		"elsewhere (single): it is for another component_version: 2, and the finding is of 1",
	})
	is.Equal(e.Severity, "LOW")
	is.Equal(len(e.Rescorings), 5)

	peer := rescore.Explain(finding(t, subject, "CVE-1"), all[1:2], rescore.Options{PeerScopes: true}, now)
	is.Equal(peer.Considered[0].Reason, "it is for another artefact_kind: None, and the finding is of resource")
	is.Equal(peer.Severity, "HIGH") // that of the scanner

	twin := with(human, subject, "2025-05-05", "")
	second := with(authors[4], subject, "2025-05-05T00:00:00Z", "2099-01-01")
	tied := rescore.Explain(finding(t, subject, "CVE-1"), []metadata.Entry{twin, second}, rescore.Options{}, now)
	is.Equal(tied.Considered[1].Reason, "it was created at the same time as the winner, for the same scope, and has the greater id")
}

func TestAutomatic(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	for i, want := range []bool{false, true, true, true, false} {
		m := authors[i]
		m.severity = "LOW"
		is.Equal(rescore.Automatic(m.entry(t)), want)
	}
	triaged := entry(t, subject, metadata.TypeRescoring, metadata.CustomRescoring{
		Finding:        metadata.ObjectOf(metadata.VulnerabilityRef{PackageName: "openssl", CVE: "CVE-1"}),
		ReferencedType: metadata.TypeVulnerability, Severity: "LOW",
		User: metadata.ObjectOf(metadata.BDBAUser{Username: "ada", Type: "bdba-user"}),
	})
	triaged.Meta.Datasource = metadata.SourceBDBA
	is.True(!rescore.Automatic(triaged)) // somebody did it in BDBA
}
