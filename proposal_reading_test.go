package odg_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/proposal"
	"github.com/opendeliverygear/odg/rescore"
	"github.com/opendeliverygear/odg/store"
)

// Proposals read a part of what was decided. They are the same as if they had read all,
// whatever scopes there are: of other artefacts, with attributes that are empty or null.
func TestProposalsReadAllThatCounts(t *testing.T) {
	t.Parallel()
	rescored := 0
	for seed := range uint64(150) {
		is := is.New(t)
		r := rand.New(rand.NewPCG(seed, 3))
		peers := seed%4 == 0
		core := newCore(t, decidable, func(c *odg.Config) { c.PeerScopes = peers })
		versions := []*string{new("1"), new("1"), new("2"), nil, new("")}
		asked := image("1")
		asked.ComponentVersion = versions[r.IntN(len(versions))]
		var findings, decisions []metadata.Entry
		for i := range 4 {
			found := image("1")
			found.ComponentVersion = versions[r.IntN(len(versions))]
			findings = append(findings, vulnerable(t, found, fmt.Sprintf("CVE-%d", i%3)))
		}
		for range 12 {
			decisions = append(decisions, decision(t, randomScope(r), fmt.Sprintf("CVE-%d", r.IntN(3)), []string{"NONE", "LOW", "HIGH"}[r.IntN(3)], ""))
		}
		put(t, core, append(findings, decisions...)...)
		var all proposal.Facts
		for e, err := range core.QueryMetadata(t.Context(), store.Query{}) {
			is.NoErr(err)
			switch version, wanted := artefact.Text(e.Artefact.ComponentVersion), artefact.Text(asked.ComponentVersion); {
			case e.Meta.Type == metadata.TypeRescoring:
				all.Rescorings = append(all.Rescorings, e)
			case version == wanted, version == "":
				all.Findings = append(all.Findings, e)
			}
		}
		rules := proposal.Rules{Findings: parsed(t, decidable), Options: rescore.Options{PeerScopes: peers}, Now: noon}
		var want, got []string
		for p := range proposal.Of(all, rules) {
			want = append(want, string(p.AppendJSON(nil)))
			rescored += len(p.Rescorings)
		}
		for p, err := range core.Proposals(t.Context(), asked) {
			is.NoErr(err)
			got = append(got, string(p.AppendJSON(nil)))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("seed %d: other proposals for %s:\n%s", seed, asked, diff)
		}
	}
	is.New(t).True(rescored > 300)
}

// randomScope leaves some attributes of the artefact out, or changes them.
func randomScope(r *rand.Rand) artefact.ID {
	id := image("1")
	local := *id.Artefact
	id.Artefact = &local
	some := func(text **string) {
		switch r.IntN(8) {
		case 0, 1:
			*text = nil
		case 2:
			*text = new("")
		case 3:
			*text = new("2")
		}
	}
	for _, text := range []**string{&id.ComponentName, &id.ComponentVersion, &local.Name, &local.Version, &local.Type} {
		some(text)
	}
	id.Kind = []artefact.Kind{"", artefact.KindResource, artefact.KindResource, artefact.KindSource}[r.IntN(4)]
	if r.IntN(6) == 0 {
		local.ExtraID = map[string]string{"arch": "arm64"}
	}
	return id
}
