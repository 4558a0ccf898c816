package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/opendeliverygear/odg/internal/rawjson"
	"github.com/opendeliverygear/odg/proposal"
	"github.com/opendeliverygear/odg/search"
)

// Search returns a page of the entries that r asks for, as odg.Core does. What is
// wrong with r is a [search.Error].
func (c *Client) Search(ctx context.Context, r search.Request) (search.Result, error) {
	body, err := json.Marshal(r)
	if err != nil {
		return search.Result{}, err
	}
	answer, err := c.fetch(ctx, call{method: http.MethodPost, path: metadataPath + "/query/by-search-expression", body: body})
	if err != nil {
		var refused *Error
		if errors.As(err, &refused) && refused.Status == http.StatusBadRequest {
			return search.Result{}, search.Error(refused.Detail)
		}
		return search.Result{}, err
	}
	var page struct {
		Items []json.RawMessage `json:"items"`
		Next  search.Cursor     `json:"nextCursor"`
	}
	if err := json.Unmarshal(answer, &page); err != nil {
		return search.Result{}, fmt.Errorf("read page: %w", err)
	}
	result := search.Result{Items: make([]search.Item, len(page.Items)), Next: page.Next}
	for i, raw := range page.Items {
		if result.Items[i], err = c.item(raw); err != nil {
			return search.Result{}, fmt.Errorf("read page: items[%d]: %w", i, err)
		}
	}
	return result, nil
}

func (c *Client) item(raw json.RawMessage) (search.Item, error) {
	entry, err := proposal.ParseEntry(raw, c.cfg.Types) // with what else is told of it
	if err != nil {
		return search.Item{}, err
	}
	item := search.Item{Entry: entry}
	if effective, ok := rawjson.Lookup(raw, "effective"); ok {
		err = json.Unmarshal(effective, &item.Effective)
	}
	return item, err
}
