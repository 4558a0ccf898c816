package client

import (
	"context"
	"net/http"
)

// Ready returns nil if the server answers that it can work, and else why not. It asks
// once, without a second attempt.
func (c *Client) Ready(ctx context.Context) error {
	req, err := c.request(ctx, call{method: http.MethodGet, path: "/ready"})
	if err != nil {
		return err
	}
	resp, err := c.once(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}
