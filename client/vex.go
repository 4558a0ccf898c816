package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/vex"
	"github.com/opendeliverygear/odg/vex/exchange"
)

const vexPath = "/components/vex"

// ExportVEX returns a VEX document in JSON about the vulnerabilities of a component
// version, see [exchange.Exchange]. Errors wrap [exchange.ErrUnknown],
// [exchange.ErrNothingFound] or [exchange.ErrNotConfigured]. The version
// [component.Greatest] stands for the greatest one that there is.
func (c *Client) ExportVEX(ctx context.Context, id component.ID, format vex.Format, o exchange.Export) ([]byte, error) {
	query := url.Values{"component_name": {id.Name}, "version": {id.Version}, "format": {string(format)}}
	if o.Author != "" {
		query.Set("author", o.Author)
	}
	data, err := c.fetch(ctx, call{method: http.MethodGet, path: vexPath, query: query})
	if err != nil {
		return nil, fmt.Errorf("export VEX of %s: %w", id, err)
	}
	return data, nil
}

// ImportedVEX is what became of a document.
type ImportedVEX struct {
	// Rescorings is how many were stored, or would be.
	Rescorings int `json:"rescorings"`
	// Outcomes are in the order of statements and products.
	Outcomes []vex.Outcome `json:"outcomes"`
}

// ImportVEX takes over what a VEX document in JSON says, all or nothing. The caller
// answers for it, as whom the server takes the caller for: [exchange.Import.By] counts for
// nothing. What is wrong with the document, or with o, is an [*exchange.Refused], which
// wraps the [*Error].
func (c *Client) ImportVEX(ctx context.Context, document []byte, o exchange.Import) (imported ImportedVEX, err error) {
	data, err := c.fetch(ctx, call{method: http.MethodPost, path: vexPath, query: importQuery(o), body: document})
	var answer *Error
	if errors.As(err, &answer) && (answer.Status == http.StatusBadRequest || errors.Is(err, exchange.ErrNotConfigured)) {
		err = &exchange.Refused{Err: err}
	}
	if err == nil {
		err = json.Unmarshal(data, &imported)
	}
	if err != nil {
		return ImportedVEX{}, fmt.Errorf("import VEX: %w", err)
	}
	return imported, nil
}

func importQuery(o exchange.Import) url.Values {
	query := url.Values{}
	set := func(name, value string) {
		if value != "" {
			query.Set(name, value)
		}
	}
	set("scope", string(o.Scope))
	set("valid_until", string(o.ValidUntil))
	for status, category := range o.Statuses {
		query.Add("status", string(status)+"="+category)
	}
	slices.Sort(query["status"])
	if o.Partial {
		set("partial", strconv.FormatBool(true))
	}
	if o.DryRun {
		set("dry_run", strconv.FormatBool(true))
	}
	return query
}
