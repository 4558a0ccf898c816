package main

import (
	"context"
	"fmt"
	"iter"
	"path/filepath"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/enumerator"
	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/store/sqlite"
)

// telling is a queue that tells the workers of what is added.
type telling struct {
	backlog.Queue
	queued chan<- struct{}
}

// Add implements [backlog.Queue].
func (q telling) Add(ctx context.Context, items ...backlog.Item) (int, error) {
	created, err := q.Queue.Add(ctx, items...)
	tell(q.queued)
	return created, err
}

// reported are the artefacts that were reported to the API to run.
type reported struct {
	db  *sqlite.Store
	now func() time.Time
}

var _ httpapi.RuntimeArtefacts = reported{}

// RuntimeResources implements [httpapi.RuntimeArtefacts].
func (r reported) RuntimeResources(ctx context.Context, labels map[string]string) iter.Seq2[httpapi.Resource, error] {
	return func(yield func(httpapi.Resource, error) bool) {
		for a, err := range r.db.RuntimeArtefacts(ctx, labels) {
			spec := fmt.Appendf(nil, `{"creation_date":%q,"artefact":`, a.Created.Format(time.RFC3339Nano))
			resource := httpapi.Resource{
				Name: a.Name, UID: a.Name, Labels: a.Labels, Created: a.Created, Spec: append(a.Artefact.AppendJSON(spec), '}'),
			}
			if !yield(resource, err) {
				return
			}
		}
	}
}

// PutRuntimeArtefacts implements [httpapi.RuntimeArtefacts].
func (r reported) PutRuntimeArtefacts(ctx context.Context, labels map[string]string, artefacts []artefact.ID) error {
	return r.db.PutRuntimeArtefacts(ctx, labels, artefacts, r.now())
}

// DropRuntimeArtefact implements [httpapi.RuntimeArtefacts].
func (r reported) DropRuntimeArtefact(ctx context.Context, name string) error {
	return r.db.DropRuntimeArtefact(ctx, name)
}

// RuntimeArtefacts implements [enumerator.RuntimeArtefacts].
func (r reported) RuntimeArtefacts(ctx context.Context) iter.Seq2[artefact.ID, error] {
	return func(yield func(artefact.ID, error) bool) {
		for a, err := range r.db.RuntimeArtefacts(ctx, nil) {
			if !yield(a.Artefact, err) {
				return
			}
		}
	}
}

// parts are the extensions that run in this process, as the containers that they would
// be in a cluster.
type parts struct {
	started time.Time
	names   []string
}

var _ httpapi.Workloads = parts{}

// Containers implements [httpapi.Workloads].
func (p parts) Containers(context.Context) ([]httpapi.Container, error) {
	var all []httpapi.Container
	for _, name := range p.names {
		c := httpapi.Container{App: name, Name: name, Image: "odg", Ready: true}
		c.State.Running.StartedAt = &p.started
		all = append(all, c)
	}
	return all, nil
}

// Logs implements [httpapi.Workloads]: the parts log to standard error only.
func (parts) Logs(context.Context) iter.Seq2[httpapi.LogCollection, error] {
	return func(func(httpapi.LogCollection, error) bool) {}
}

// parts returns those that a site has.
func (d *daemon) parts(s *site) parts {
	p := parts{started: d.started, names: []string{"backlog-controller"}}
	if e := s.extensions.ArtefactEnumerator; e != nil && e.Enabled {
		p.names = append(p.names, "artefact-enumerator")
	}
	for _, e := range s.here(d.eol) {
		p.names = append(p.names, e.service)
	}
	return p
}

// running lists what runs: the files of the configuration, then what was reported.
func (s *site) running() enumerator.RuntimeArtefacts {
	if s.db == nil { // a dry run without one
		return runtimeArtefacts{filepath.Join(s.Config, runtimeFolder)}
	}
	return inTurn{runtimeArtefacts{filepath.Join(s.Config, runtimeFolder)}, reported{s.db, s.today}}
}

// inTurn lists several sources one after the other.
type inTurn []enumerator.RuntimeArtefacts

// RuntimeArtefacts implements [enumerator.RuntimeArtefacts].
func (all inTurn) RuntimeArtefacts(ctx context.Context) iter.Seq2[artefact.ID, error] {
	return func(yield func(artefact.ID, error) bool) {
		for _, source := range all {
			for id, err := range source.RuntimeArtefacts(ctx) {
				if !yield(id, err) {
					return
				}
			}
		}
	}
}
