package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/explain"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/proposal"
)

const rescorePath = "/rescore"

// Proposals streams what there is to decide about the findings of an artefact, as
// odg.Core does. types are those of the findings, none for all that are configured. An id
// without a component version asks for findings that belong to all versions only.
func (c *Client) Proposals(ctx context.Context, id artefact.ID, types ...metadata.Type) iter.Seq2[proposal.Document, error] {
	return func(yield func(proposal.Document, error) bool) {
		r := call{method: http.MethodGet, path: rescorePath, query: proposalQuery(id, types), accept: contentTypeNDJSON}
		err := c.streamRaw(ctx, r, func(raw []byte) (bool, error) {
			d, err := proposal.ParseDocument(raw, c.cfg.Types)
			if err != nil {
				return false, err
			}
			return yield(d, nil), nil
		})
		if err != nil {
			yield(proposal.Document{}, err)
		}
	}
}

func proposalQuery(id artefact.ID, types []metadata.Type) url.Values {
	local := id.Local()
	query := url.Values{
		"componentName": {artefact.Text(id.ComponentName)}, "componentVersion": {artefact.Text(id.ComponentVersion)},
		"artefactKind": {string(id.Kind)}, "artefactName": {artefact.Text(local.Name)},
		"artefactVersion": {artefact.Text(local.Version)}, "artefactType": {artefact.Text(local.Type)},
	}
	if len(local.ExtraID) > 0 {
		extra, _ := json.Marshal(local.ExtraID) // texts cannot fail
		query.Set("artefactExtraId", string(extra))
	}
	for _, t := range types {
		query.Add("type", string(t))
	}
	return query
}

// Rescore stores what the caller has decided, all or nothing, as odg.Core does. The author
// is whoever the server takes the caller for, whatever the entries say.
func (c *Client) Rescore(ctx context.Context, rescorings []metadata.Entry) error {
	return c.sendTo(ctx, http.MethodPost, rescorePath, rescorings)
}

// Explain tells why the finding with that id is as severe and as urgent as it is. The
// error wraps [explain.ErrNoFinding] if no finding is stored under it.
func (c *Client) Explain(ctx context.Context, id string) (explain.Document, error) {
	data, err := c.fetch(ctx, call{method: http.MethodGet, path: "/findings/" + url.PathEscape(id) + "/explain"})
	var answer *Error
	if errors.As(err, &answer) && answer.Status == http.StatusNotFound {
		answer.sentinel = explain.ErrNoFinding
	}
	if err != nil {
		return explain.Document{}, fmt.Errorf("explain finding %q: %w", id, err)
	}
	return explain.ParseDocument(data, c.cfg.Types)
}
