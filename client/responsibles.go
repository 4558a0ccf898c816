package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/responsible"
)

const responsiblesPath = "/ocm/component/responsibles"

// Responsibles tells who is responsible for a component version, or for an artefact of it
// if artefact is not empty. The error wraps [responsible.ErrNoArtefact] if there is none
// of that name, and [component.ErrUnavailable] if the server is still finding out, as
// servers do that ask a code host.
func (c Components) Responsibles(ctx context.Context, id component.ID, artefact string) (found responsible.Result, err error) {
	query := c.lookup.of(id)
	if artefact != "" {
		query.Set("artifact_name", artefact)
	}
	data, err := c.client.fetch(ctx, call{method: http.MethodGet, path: responsiblesPath, query: query})
	var answer *Error
	if errors.As(err, &answer) && answer.Status == http.StatusNotFound && answer.sentinel == nil {
		answer.sentinel = responsible.ErrNoArtefact
	}
	if err == nil && len(data) == 0 { // 202
		err = component.ErrUnavailable
	}
	if err == nil {
		err = json.Unmarshal(data, &found)
	}
	if err != nil {
		return responsible.Result{}, fmt.Errorf("responsibles of %s: %w", id, err)
	}
	return found, nil
}
