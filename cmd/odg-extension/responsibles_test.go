package main

import (
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// An item of responsibles is worked on by the same program, which stores who is
// responsible, and no scan info.
func TestResponsibles(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	i := install(t)
	i.configure("responsibles: {delivery_service_url: " + i.server.URL + `, rules: [{name: images, assignee_mode: extend,
  filters: [{type: artefact-filter, include_artefact_types: [ociImage]}],
  strategies: [{type: static-responsibles, responsibles: [{type: githubUser, username: ann, github_hostname: github.com}]}]}]}
`)
	_, err := i.queue().Add(t.Context(), backlog.Item{Service: "responsibles", Artefact: web, Priority: backlog.PriorityHigh, Timestamp: time.Now()})
	is.NoErr(err)
	p := i.startOf("responsibles", "worker-a", "--until-empty")
	is.Equal(p.ended(), exitOK)
	i.drained()
	stored := 0
	for e, err := range i.store.Query(t.Context(), store.Query{}) {
		is.NoErr(err)
		is.Equal(e.Meta.Type, metadata.TypeResponsibles)
		is.Equal(e.Artefact.Key(), web.Key())
		is.Equal(e.ReferencedType(), metadata.TypeOSIDFinding) // what the quickstart configures
		is.Equal(string(e.Meta.Responsibles), `[{"identifiers":[{"source":"responsibles","type":"githubUser","username":"ann","github_hostname":"github.com"}]}]`)
		is.Equal(*e.Meta.AssigneeMode, "extend")
		stored++
	}
	is.Equal(stored, 1)
}
