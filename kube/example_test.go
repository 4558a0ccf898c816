package kube_test

import (
	"encoding/json"
	"fmt"

	"github.com/opendeliverygear/odg/kube"
)

// An item that a worker in Python has, and one that nobody can work on.
func ExampleBacklogItem_Item() {
	for _, resource := range []string{
		`{"metadata": {
			"name": "osid-1", "labels": {
				"delivery-gear.gardener.cloud/service": "osid", "delivery-gear.gardener.cloud/claimed": "True"},
			"annotations": {
				"delivery-gear.gardener.cloud/claimed-by": "osid-7f9", "delivery-gear.gardener.cloud/claimed-at": "2026-01-15T12:00:00+00:00"}},
		"spec": {"timestamp": "2026-01-15T11:00:00", "priority": 4, "artefact": {"component_name": "acme.org/shop"}}}`,
		`{"metadata": {"name": "osid-2", "labels": {"delivery-gear.gardener.cloud/service": "osid"}}, "spec": {"priority": "high"}}`,
	} {
		var object kube.BacklogItem
		if err := json.Unmarshal([]byte(resource), &object); err != nil {
			fmt.Println(err)
			return
		}
		item, err := object.Item()
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(object.Name, object.Status().State, "by", item.ClaimedBy, item.Priority, item.Timestamp)
	}
	// Output:
	// osid-1 claimed by osid-7f9 HIGH 2026-01-15 11:00:00 +0000 UTC
	// BacklogItem osid-2 is malformed: spec.artefact: is missing; spec.priority: want a whole number from 0 to 2147483647, got "\"high\""
}
