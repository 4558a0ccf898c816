package kube

import (
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Group and Version are those of ODG's custom resources.
const (
	Group   = "delivery-gear.gardener.cloud"
	Version = "v1"
)

// GroupVersion of ODG's custom resources.
var GroupVersion = schema.GroupVersion{Group: Group, Version: Version}

// Names of the custom resources in URLs and roles.
const (
	ResourceBacklogItems     = "backlogitems"
	ResourceRuntimeArtefacts = "runtimeartefacts"
	ResourceLogCollections   = "logcollections"
)

// Kinds of the custom resources.
const (
	KindBacklogItem     = "BacklogItem"
	KindRuntimeArtefact = "RuntimeArtefact"
	KindLogCollection   = "LogCollection"
)

// Labels and annotations that all installations of ODG use.
const (
	// LabelService holds the service id in its own case, on items and on pods.
	LabelService = Group + "/service"
	// LabelClaimed is "True" if somebody has the item; absent and "False" mean free.
	LabelClaimed = Group + "/claimed"
	// AnnotationClaimedBy names the pod that has the item.
	AnnotationClaimedBy = Group + "/claimed-by"
	// AnnotationClaimedAt is when the item was claimed or its lease last renewed,
	// in ISO 8601 with offset.
	AnnotationClaimedAt = Group + "/claimed-at"
)

// Values of [LabelClaimed].
const (
	ClaimedTrue  = "True"
	ClaimedFalse = "False"
)

// ownPrefix is that of the labels and annotations that only we write.
const ownPrefix = "odg." + Group + "/"

// Labels and annotations of our own. Times are RFC 3339.
const (
	// LabelState is "waiting" or "parked" on items that failed, see [State].
	LabelState = ownPrefix + "state"
	// AnnotationLeaseUntil is the end of a lease.
	AnnotationLeaseUntil = ownPrefix + "lease-until"
	// AnnotationClaimedSince is when the item was claimed. It is absent until the first
	// renewal, as claimed-at says the same until then.
	AnnotationClaimedSince = ownPrefix + "claimed-since"
	// AnnotationToken differs from claim to claim.
	AnnotationToken = ownPrefix + "token"
	// AnnotationBoundTo repeats the text of [AnnotationClaimedAt]. If they differ,
	// the claim is another's, and our annotations do not describe it.
	AnnotationBoundTo = ownPrefix + "bound-to"
	// AnnotationTriggered is when the item was last added while it was claimed.
	AnnotationTriggered = ownPrefix + "triggered"
	// AnnotationAttempts counts failed attempts.
	AnnotationAttempts = ownPrefix + "attempts"
	// AnnotationNotBefore is when the next attempt may start.
	AnnotationNotBefore = ownPrefix + "not-before"
	// AnnotationLastError says why the last attempt failed.
	AnnotationLastError = ownPrefix + "last-error"
)

// Values of [LabelState].
const (
	StateLabelWaiting = "waiting"
	StateLabelParked  = "parked"
)
