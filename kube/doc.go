// Package kube keeps ODG's backlog in a Kubernetes cluster: as custom resources
// of the group delivery-gear.gardener.cloud, which existing installations have
// and whose Python workers may go on draining the same queue.
//
//	client, err := kube.NewClient(restConfig, kube.Config{Namespace: "odg"})
//	queue := kube.NewQueue(client, kube.QueueConfig{Services: []string{"osid"}})
//	go queue.Run(ctx) // watches the items; claims need it
//	created, err := queue.Add(ctx, items...)
//	claim, err := queue.Claim(ctx, backlog.ClaimRequest{Services: []string{"osid"}, Holder: pod, Lease: time.Minute})
//
// [Queue] is a [backlog.Queue]. [Client] gives typed access to the resources, to
// informers over them, and reads [Client.RuntimeArtefacts]. [Controller] scales the
// Deployments of extensions with the backlog and takes stale claims back. [LogKeeper]
// keeps the log of a service where the web UI shows it. [Watches] tells operators,
// once, what of the cluster cannot be read.
//
// # How an item says who has it
//
// All states are written into labels and annotations, see [BacklogItem.Status]:
//
//   - free: the label claimed is absent or "False".
//   - leased by a worker of ours: "True", with the annotations claimed-by and
//     claimed-at of existing installations, and in annotations of our own a token
//     and the end of the lease. A renewal also moves claimed-at, so that the
//     existing controller, which takes back what is older than half an hour,
//     leaves long scans alone.
//   - claimed by another worker, such as one in Python: "True" without a lease
//     of ours. It is left alone until [QueueConfig.ClaimTimeout] is over.
//   - waiting after a failure: "True" with the label state "waiting". To workers
//     in Python, which select claimed!=True, a waiting item is one that somebody
//     works on; workers of ours take it when its time has come.
//   - parked: "True" with the label state "parked", until it is replayed.
//
// Annotations of ours count only as long as claimed-at still has the value that
// was written with them. So whoever claims or releases an item without knowing
// them ends our claim.
//
// An existing controller that runs beside ours would take waiting and parked items
// back after half an hour, or when the pod is gone that failed them; workers in
// Python may then take them, ours still wait. Hiding items from its view instead,
// by taking their service label away, would have made it scale the extension to
// zero while they wait.
//
// # Correct without locks
//
// Every change of an item is a merge patch that names the resourceVersion it is
// based on, and a finished item is deleted under the precondition of its uid and
// resourceVersion. Of several workers that want an item one gets it, a trigger
// between a worker's last look and its Finish makes the delete fail, and what a
// lease that was lost wants to write is refused. Fields that this package does
// not know are never touched.
//
// # What it costs
//
// A claim is one patch and a finished item one delete, if nobody else wanted it; an
// item that is new is one create. Sixteen workers that share a queue reached 64 and
// 83 % of the rate at which the same API server updates and deletes items for bare
// clients, in two runs that took turns with these on two busy cores.
//
// Every process that runs a queue is sent every change of its services' items. With
// sixteen processes on those two cores, beside the API server, that is what most of
// the time went into: they reached 24 to 41 %. Several workers in one process
// are cheaper than as many processes.
//
// # Clocks
//
// The end of a lease is written by the clock of its holder and judged by that of
// others. Clocks that differ may end a lease early or late, by that difference,
// and so cost work done twice, but no item is finished twice, as writes are
// fenced. Keep the difference well below the length of a lease.
package kube
