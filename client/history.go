package client

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/store"
)

// History tells what became of the finding with that id, and what was decided about it,
// as odg.Core does. The error wraps explain.ErrNoFinding if none was ever stored under it,
// and [store.ErrNoHistory] if the server's database keeps no history. Versions have no
// [store.Point].
func (c *Client) History(ctx context.Context, id string) (life odg.Life, err error) {
	act := fmt.Sprintf("history of finding %q", id)
	data, err := c.fetch(ctx, call{method: http.MethodGet, path: "/findings/" + url.PathEscape(id) + "/history"})
	if err != nil {
		return life, fmt.Errorf("%s: %w", act, err)
	}
	var form struct {
		Finding   []versionForm `json:"finding"`
		Decisions []versionForm `json:"decisions"`
		Truncated bool          `json:"truncated"`
		Since     *time.Time    `json:"history_since"`
	}
	if err := json.Unmarshal(data, &form); err != nil {
		return life, fmt.Errorf("%s: read answer: %w", act, err)
	}
	life.Truncated = form.Truncated
	if form.Since != nil {
		life.Began = *form.Since
	}
	if life.Finding, err = c.versions(form.Finding); err != nil {
		return odg.Life{}, fmt.Errorf("%s: read answer: finding%w", act, err)
	}
	if life.Decisions, err = c.versions(form.Decisions); err != nil {
		return odg.Life{}, fmt.Errorf("%s: read answer: decisions%w", act, err)
	}
	return life, nil
}

// versionForm is odg.VersionDocument as it arrives.
type versionForm struct {
	ID    string            `json:"id"`
	Began odg.TurnDocument  `json:"began"`
	Ended *odg.TurnDocument `json:"ended"`
	Entry json.RawMessage   `json:"entry"`
}

func (c *Client) versions(forms []versionForm) ([]store.Version, error) {
	var list []store.Version
	for i, f := range forms {
		v := store.Version{ID: f.ID, Began: turn(f.Began)}
		if f.Ended != nil {
			v.Ended = turn(*f.Ended)
		}
		var err error
		if v.Entry, err = c.cfg.Types.ParseEntry(f.Entry); err != nil {
			return nil, fmt.Errorf("[%d].entry: %w", i, err)
		}
		list = append(list, v)
	}
	return list, nil
}

func turn(d odg.TurnDocument) store.Turn {
	t := store.Turn{What: d.What, Act: store.Act{Who: d.Who, Request: d.Request}}
	if d.At != nil {
		t.At = *d.At
	}
	return t
}

// SLA tells whether anything was overdue when a component version was released, as
// odg.Core does. The server finds out which components it consists of, whatever r says;
// the zero r.Released is when the version was made, as its descriptor says. The error
// wraps [store.ErrNoHistory] if the server's database keeps no history.
func (c Components) SLA(ctx context.Context, id component.ID, r odg.Release) (d odg.EvidenceDocument, err error) {
	query := c.lookup.of(id)
	query.Set("version", id.Version)
	for name, at := range map[string]time.Time{"released": r.Released, "as_of": r.AsOf} {
		if !at.IsZero() {
			query.Set(name, at.UTC().Format(time.RFC3339Nano))
		}
	}
	for _, t := range r.Types {
		query.Add("type", string(t))
	}
	data, err := c.client.fetch(ctx, call{method: http.MethodGet, path: "/components/sla", query: query})
	if err == nil {
		err = json.Unmarshal(data, &d)
	}
	if err != nil {
		return d, fmt.Errorf("evidence about %s: %w", id, err)
	}
	return d, nil
}
