package responsibles_test

import (
	"context"
	"errors"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/scan/responsibles"
	"github.com/opendeliverygear/odg/worker"
)

const everybody = `
  - name: licences
    assignee_mode: overwrite
    filters: [{type: datatype-filter, include_types: [finding/license]}]
    strategies: [{type: static-responsibles, responsibles: [
      {type: githubUser, username: legal, github_hostname: github.com}, {type: githubTeam, teamname: acme/lawyers, github_hostname: ghe.acme.org}]}]
  - name: rest
    filters: []
    strategies:
      - {type: component-responsibles}
      - {type: static-responsibles, responsibles: [{type: githubUser, username: BEN, github_hostname: GitHub.com}, {type: githubUser, username: zoe, github_hostname: github.com}]}
`

var lawyers = teams{"acme/lawyers": {"lou", "max"}}

func TestWhoIsResponsible(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	o := newOffice(t)
	cfg := config(t, everybody, lawyers)
	is.NoErr(o.work(cfg, image("web")))
	want := []string{
		"finding/license: github.com/legal ghe.acme.org/lou ghe.acme.org/max (overwrite)",
		"finding/vulnerability: github.com/ann github.com/Ben github.com/zoe ()", // ann by the address book, ben once
	}
	is.Equal(o.stored(), want) // and no scan info: nothing was scanned
	is.NoErr(o.work(cfg, image("web")))
	is.Equal(o.stored(), want) // the same again changes nothing
}

func TestRulesThatChange(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	o := newOffice(t)
	is.NoErr(o.work(config(t, everybody, lawyers), image("web")))
	nobody := `[{filters: [{type: datatype-filter, exclude_types: [finding/license]}], strategies: []}]`
	is.NoErr(o.work(config(t, nobody, nil), image("web")))
	is.Equal(o.stored(), []string{"finding/vulnerability:  ()"}) // nobody is an answer; where there is no rule any more, nothing is said
	is.NoErr(o.work(config(t, `[]`, nil), image("web")))
	is.Equal(o.stored(), []string{})
}

func TestFindingsThatDoNotConcernAnArtefact(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	o := newOffice(t)
	is.NoErr(o.work(config(t, everybody, nil), image("unlicensed"))) // the rule with the team is not asked
	is.Equal(o.stored(), []string{"finding/vulnerability: GitHub.com/BEN github.com/zoe ()"})
}

func TestNoComponentNoResponsibles(t *testing.T) {
	t.Parallel()
	rule := `[{filters: [], strategies: [{type: component-responsibles}]}]`
	runtime := artefact.ID{Kind: artefact.KindRuntime, Artefact: &artefact.LocalID{Name: new("seed")}}
	elsewhere := image("web")
	elsewhere.ComponentName = new("acme.org/none")
	for name, id := range map[string]artefact.ID{"no component": runtime, "no such component": elsewhere, "no such artefact": image("db")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			s := responsibles.New(responsibles.Descriptors{Resolver: shop{}, Book: book}, config(t, rule, nil))
			result, err := s.Scan(t.Context(), id)
			is.NoErr(err)
			is.Equal(len(result.Entries), 2)
			is.Equal(string(result.Entries[0].Meta.Responsibles), "[]")
			if id.ComponentName == nil {
				return
			}
			o := newOffice(t)
			is.NoErr(o.work(config(t, rule, nil), id))
			is.Equal(o.stored()[1], "finding/vulnerability:  ()") // by the core, too
		})
	}
}

func TestDescriptorsKnowWhatTheCoreKnows(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	o := newOffice(t)
	cfg := config(t, everybody, lawyers)
	is.NoErr(o.work(cfg, image("web")))
	result, err := responsibles.New(responsibles.Descriptors{Resolver: shop{}, Book: book}, cfg).Scan(t.Context(), image("web"))
	is.NoErr(err)
	is.Equal(o.stored(), []string{line(t, result.Entries[1]), line(t, result.Entries[0])})
}

func TestWhatCannotBeFoundOut(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	down := errors.New("registry is down")
	s := responsibles.New(responsibles.Descriptors{Resolver: shop{err: down}}, config(t, everybody, lawyers))
	_, err := s.Scan(t.Context(), image("web"))
	is.True(errors.Is(err, down))
	is.True(!errors.Is(err, worker.ErrPermanent)) // it may be up later

	s = responsibles.New(responsibles.Descriptors{Resolver: shop{}}, config(t, everybody, teams{}))
	_, err = s.Scan(t.Context(), image("web"))
	is.True(errors.Is(err, component.ErrUnavailable))
	is.Equal(err.Error(), "members of GitHub team ghe.acme.org/acme/lawyers: "+component.ErrUnavailable.Error())

	o := newOffice(t)
	is.NoErr(o.work(config(t, everybody, lawyers), image("web")))
	before := o.stored()
	err = o.work(config(t, everybody, nil), image("web"))
	is.True(errors.Is(err, worker.ErrPermanent))
	is.Equal(err.Error(), "a rule names GitHub team ghe.acme.org/acme/lawyers, and nobody here may ask for its members; give a secret of type github, or list them as githubUser")
	is.Equal(o.stored(), before) // who was responsible stays so
}

func TestNothingConfigured(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	result, err := responsibles.New(nil, responsibles.Config{}).Scan(context.Background(), image("web"))
	is.NoErr(err)
	is.Equal(len(result.Entries), 0)
}
