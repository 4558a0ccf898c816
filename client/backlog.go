package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
)

const (
	backlogPath = "/service-extensions/backlog-items"
	runtimePath = "/service-extensions/runtime-artefacts"
	// headerCreated is what our server tells of items that are new.
	headerCreated = "Odg-Created"
)

// Backlog is the backlog behind an ODG Core: that of its cluster, or of odg serve. It
// is for enumerators and pipelines, which add to it; workers are beside the queue.
type Backlog struct{ client *Client }

// Backlog returns the backlog behind c.
func (c *Client) Backlog() Backlog { return Backlog{c} }

// Add queues items, or raises the priority of those that wait already, as a
// [backlog.Queue] does, but for two points: their timestamps are the time at which the
// server gets them, and if a request fails, those before it stay. Adding all again is
// right then. Priorities that have no name are refused by servers. Servers that do not tell how many items are new count all as new.
func (b Backlog) Add(ctx context.Context, items ...backlog.Item) (created int, err error) {
	type group struct {
		service  string
		priority backlog.Priority
	}
	groups := map[group][]artefact.ID{}
	for _, item := range items {
		if err := item.Validate(); err != nil {
			return 0, fmt.Errorf("add backlog item %s: %w", item.Artefact, err)
		}
		g := group{item.Service, item.Priority}
		groups[g] = append(groups[g], item.Artefact)
	}
	ordered := slices.SortedFunc(maps.Keys(groups), func(a, b group) int {
		return backlog.Compare(backlog.Item{Service: a.service, Priority: a.priority}, backlog.Item{Service: b.service, Priority: b.priority})
	})
	for _, g := range ordered {
		n, err := b.add(ctx, g.service, g.priority, groups[g])
		created += n
		if err != nil {
			return created, fmt.Errorf("add backlog items of %s: %w", g.service, err)
		}
	}
	return created, nil
}

// add queues artefacts for a service in one request.
func (b Backlog) add(ctx context.Context, service string, priority backlog.Priority, ids []artefact.ID) (created int, err error) {
	body := []byte(`{"artefacts":[`)
	for i, id := range ids {
		if i > 0 {
			body = append(body, ',')
		}
		body = id.AppendJSON(body)
	}
	resp, err := b.client.do(ctx, call{
		method: http.MethodPost, path: backlogPath, body: append(body, "]}"...),
		query: url.Values{"service": {service}, "priority": {priority.String()}},
	})
	if err != nil {
		return 0, err
	}
	if created, err = strconv.Atoi(resp.Header.Get(headerCreated)); err != nil {
		created = len(ids)
	}
	return created, resp.Body.Close()
}

// RuntimeArtefacts yields the identities of what was reported to run, each with nil
// or, if one cannot be understood, an error that names it; the sequence goes on after
// that. If the server does not answer, its error is the last one.
func (c *Client) RuntimeArtefacts(ctx context.Context) iter.Seq2[artefact.ID, error] {
	return func(yield func(artefact.ID, error) bool) {
		r := call{method: http.MethodGet, path: runtimePath}
		resp, err := c.do(ctx, r)
		if err != nil {
			yield(artefact.ID{}, fmt.Errorf("read runtime artefacts: %w", err))
			return
		}
		defer func() { _ = resp.Body.Close() }()
		next := listReader(resp.Body)
		for {
			raw, err := next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(artefact.ID{}, fmt.Errorf("%s %s: read answer: %w", r.method, r.path, err))
				return
			}
			if !yield(parseRuntimeArtefact(raw)) {
				return
			}
		}
	}
}

// parseRuntimeArtefact reads the identity in a custom resource.
func parseRuntimeArtefact(raw []byte) (artefact.ID, error) {
	var resource struct {
		Metadata struct {
			Name string `json:"name"`
		} `json:"metadata"`
		Spec struct {
			Artefact json.RawMessage `json:"artefact"`
		} `json:"spec"`
	}
	if err := json.Unmarshal(raw, &resource); err != nil {
		return artefact.ID{}, fmt.Errorf("runtime artefact: %w", err)
	}
	if len(resource.Spec.Artefact) == 0 {
		return artefact.ID{}, fmt.Errorf("RuntimeArtefact %s: spec.artefact is missing", resource.Metadata.Name)
	}
	id, err := artefact.Parse(resource.Spec.Artefact)
	if err != nil {
		return artefact.ID{}, fmt.Errorf("RuntimeArtefact %s: spec.artefact: %w", resource.Metadata.Name, err)
	}
	return id, nil
}
