// Package client talks to ODG Core over HTTP with the methods of *odg.Core, so that
// scanners, enumerators and pipelines run embedded or against a server, same code:
//
//	c, err := client.New("https://odg.example.org", client.Config{})
//	err = c.PutMetadata(ctx, entries)
//	for entry, err := range c.QueryMetadata(ctx, store.Query{Types: types}) {
//		// …
//	}
//
// [Client.Components] are those that the server can look up, with its credentials and
// caches: descriptors and versions for package component to work on, artefacts and SBOMs
// as streams, and who is responsible. [Client.Backlog] adds to the backlog.
//
// [Client.Proposals], [Client.Rescore] and [Client.Explain] are for those who decide about
// findings, [Client.History] tells what became of one, [Client.AsOf] what was known at a
// moment, [Components.SLA] what was overdue at a release,
// [Components.Compliance] tells how components stand, and [Client.ImportVEX] and
// [Client.ExportVEX] exchange VEX documents.
//
// A client is a store.Blobs as well: content is streamed both ways, and verified.
//
// Bodies are compressed, answers are streamed. What may be cured by time (broken
// connections, servers that are busy or restarting) is tried again; all requests
// may be repeated without harm. Errors unwrap to the sentinels that the core
// returns, such as store.ErrConflict. The request that store.By names is sent as
// X-Request-Id, for the log and the history of the server. [Client.FollowChanges] tells
// what has changed as it happens, and goes on after the last event where a connection
// broke.
package client
