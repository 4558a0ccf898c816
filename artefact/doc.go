// Package artefact holds the identities of what ODG watches.
//
// A delivery consists of artefacts: resources and sources of OCM component
// versions, and things that run. Everything that ODG stores, queues or reports
// belongs to one, and finds it again by one string, the correlation key:
//
//	id := artefact.ID{
//		ComponentName:    new("acme.org/shop"),
//		ComponentVersion: new("1.0.0"),
//		Kind:             artefact.KindResource,
//		Artefact:         &artefact.LocalID{Name: new("web"), Version: new("1.4.2"), Type: new("ociImage")},
//	}
//	id.Key() // acme.org/shop|1.0.0|web|1.4.2|ociImage||resource|
//
// Keys equal those of existing ODG installations byte for byte. They join their
// parts without escaping, so different identities can share one key; who stores
// by key compares identities too.
//
// The package imports nothing but the standard library.
package artefact
