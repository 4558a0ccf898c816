package httpapi

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/opendeliverygear/odg/backlog"
)

// queueItems are the items of a queue.
type queueItems struct{ backlog.Queue }

// QueueItems returns the backlog that is in a queue.
func QueueItems(q backlog.Queue) Backlog { return queueItems{q} }

// BacklogItems implements [Backlog] in the order of the queue.
func (q queueItems) BacklogItems(ctx context.Context, service string) iter.Seq2[Resource, error] {
	return func(yield func(Resource, error) bool) {
		items, err := q.List(ctx, backlog.Filter{Services: []string{service}})
		if err != nil {
			yield(Resource{}, err)
			return
		}
		for _, item := range items {
			if !yield(itemResource(item), nil) {
				return
			}
		}
	}
}

// The labels and annotations of items, as existing installations have them.
const (
	resourceGroup = "delivery-gear.gardener.cloud/"
	labelService  = resourceGroup + "service"
	labelClaimed  = resourceGroup + "claimed"
	claimedBy     = resourceGroup + "claimed-by"
	claimedAt     = resourceGroup + "claimed-at"
)

// itemResource is an item as it would be in a cluster.
func itemResource(item backlog.Item) Resource {
	name := item.Name()
	r := Resource{
		Name: name, UID: name, Created: item.Timestamp,
		Labels:      map[string]string{labelService: item.Service},
		Annotations: map[string]string{},
	}
	if item.ClaimedBy != "" || !item.ClaimedAt.IsZero() {
		r.Labels[labelClaimed] = "True"
		r.Annotations[claimedBy] = item.ClaimedBy
		r.Annotations[claimedAt] = item.ClaimedAt.UTC().Format(time.RFC3339Nano)
	}
	spec := fmt.Appendf(nil, `{"timestamp":%q,"artefact":`, item.Timestamp.UTC().Format(time.RFC3339))
	spec = item.Artefact.AppendJSON(spec)
	r.Spec = fmt.Appendf(spec, `,"priority":%d}`, int(item.Priority))
	return r
}
