package client

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// MarkCacheForDeletion marks what an existing server may have cached under an id
// (see [store.CacheID]) as stale from a time on. Unknown ids are fine.
func (c *Client) MarkCacheForDeletion(ctx context.Context, id string, at time.Time) error {
	resp, err := c.do(ctx, call{method: http.MethodDelete, path: "/cache", query: url.Values{
		"id": {id}, "deleteAfter": {at.UTC().Format(time.RFC3339Nano)},
	}})
	if err != nil {
		return err
	}
	return resp.Body.Close()
}
