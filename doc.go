// Package odg is the Open Delivery Gear: it knows what a delivery consists of,
// what was found in it, and by when each finding must be dealt with.
//
// [Core] holds the rules between callers and the store. Scanners and the
// enumerator write through it, people and pipelines read from it:
//
//	core := odg.New(memory.New(), odg.Config{Findings: findings})
//	err := core.PutMetadata(ctx, entries)           // what a scanner found
//	assessment, err := core.Assess(ctx)             // what is open, and until when
//
// The packages below are the nouns of the domain and can be used alone:
//
//   - artefact: identities and the correlation key
//   - metadata: entries of every type, their keys and ids, discovery dates
//   - component: OCM descriptors, dependency walk, version choice, diff
//   - findingcfg, extcfg: what is watched and how strictly
//   - rescore: decisions on findings and which of them counts
//   - proposal, explain: what there is to decide, why a finding stands as it does
//   - writeback: what people corrected at a scanner, taken over before it reports
//   - vex, sla: decisions from and for other tools, what was overdue at a release
//   - responsible: who is responsible, by labels and address book
//   - snapshot, backlog, scaling, enumerator: from artefacts to work
//   - store: the persistence contract, with stores in memory, SQLite and PostgreSQL
//   - search: search expressions, page by page
//   - sprint, corecfg: what the web UI is told about deadlines and features
//   - worker, scan: the extension loop, and scanners built on it
//
// Package httpapi serves a Core, and package client has its methods for whoever is
// elsewhere. Command odg composes them on one machine, odg-core as a server.
package odg
