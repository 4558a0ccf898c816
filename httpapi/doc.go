// Package httpapi serves ODG Core over HTTP, so that the web UI, the clients and
// the extensions of existing installations work against it unchanged.
//
//	core := odg.New(store, odg.Config{Findings: findings, Descriptors: repository})
//	api := httpapi.New(core, httpapi.Config{Components: repository})
//	server := &http.Server{Addr: "127.0.0.1:5000", Handler: api}
//	metrics := api.Metrics() // Prometheus text, for a port of its own
//
// Every route is in routes.go; a handler decodes, calls, encodes. Errors are text,
// as existing clients expect, or RFC 9457 for requests that accept
// application/problem+json. Bodies may be compressed; limits count what comes out.
//
// Beyond what existing clients know, a query answers NDJSON to whom accepts
// application/x-ndjson, and a PUT takes it as content type: one entry per line.
// GET /artefacts/metadata/changes is a change feed to go on from at any place (see
// [store.ChangeReader]). A write whose header Odg-Until is over when its body has come is
// refused with 412 (see [store.Until]). The routes are documented at /api/v1/doc, for
// programs as OpenAPI 3.1 at /api/v1/openapi.json.
//
// GET /ready answers as soon as the server serves; GET /ready?verbose says by which
// configuration, which severities in the store that does not know, and if the store answers.
//
// Content that is too large for an entry, such as an SBOM, goes to /blob: it is
// streamed, verified on the way, and kept by whatever [Config.Blobs] is. Nothing is
// cached here; DELETE /cache is passed on to [Config.Cache].
//
// The routes below /service-extensions tell what waits to be scanned and how the
// extensions do, in a cluster or in a queue of any kind (see [QueueItems]).
//
// GET /features tells the web UI what is configured. What this version cannot serve
// is unavailable there, whatever is configured: DORA metrics, test results, upgrade
// pull requests, and the list of licenses. Versions of special components that are in
// files on GitHub are null.
//
// GET /rescore tells what there is to decide about the findings of an artefact, POST
// stores what was decided, all or nothing; its author is [Config.LocalUser], whoever
// stands there. POST /components/vex takes a VEX document over in the same way, GET
// writes one. GET /findings/{id}/explain tells why a finding stands as it does, and
// GET /components/compliance-summary how a component and all that it refers to stand.
//
// GET /findings/{id}/history tells what became of a finding, a query with as_of what was
// known at a moment, and GET /components/sla what was overdue when a component version
// was released, by what was known then and by what is known today. Every request has an
// id, see [HeaderRequest], which the history names.
//
// What repositories of components do wrong is their fault, and told with their name:
// 503 if one does not answer, 502 if it keeps something from the server or sends
// something else than its digest says. Downloads are streamed; what turns out to be
// wrong on the way breaks the connection. Trees of components have limits, and end at
// the first fault that asking again does not mend.
//
// Not there yet: login answers that the feature is inactive. Responsibles are those of
// labels and the address book; code owners and members of teams are not asked for. The
// documents of component descriptors are told by repositories that keep them, see
// [RawDescriptors].
package httpapi
