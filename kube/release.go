package kube

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// Free takes an item back from whoever has it, as controllers do with claims of
// workers that are gone and with waits that are over. It applies to the item as it
// was read: if it has changed since, the error is a conflict (see
// [apierrors.IsConflict] of k8s.io/apimachinery) and nothing is changed. A reason
// that is not empty counts as a failed attempt and is kept with the item.
func (c *Client) Free(ctx context.Context, item *BacklogItem, reason string) (*BacklogItem, error) {
	ch := changeOf(item)
	ch.free()
	if reason != "" {
		ch.failed(item.Status().Attempts, reason)
	}
	return c.patch(ctx, item.Name, ch)
}

// patch changes an item.
func (c *Client) patch(ctx context.Context, name string, ch change) (*BacklogItem, error) {
	ctx, cancel := c.request(ctx)
	defer cancel()
	changed, err := c.items.Patch(ctx, name, types.MergePatchType, ch.json(), metav1.PatchOptions{FieldManager: FieldManager})
	if err != nil {
		return nil, fmt.Errorf("patch backlog item %s: %w", name, explain(ctx, err))
	}
	return changed, nil
}
