// Package postgres keeps ODG's metadata in PostgreSQL, in the table of existing
// installations.
//
//	s, err := postgres.Open(ctx, "postgresql://odg@db.example.org/odg", postgres.Config{})
//	if err != nil {
//		return err
//	}
//	defer s.Close()
//
// [Store] implements [store.Store], [store.Blobs] and [store.Documents], and answers the searches of the
// core by itself. PostgreSQL 13 and later will do.
//
// A database of an existing installation is adopted by [Open]: its rows stay where
// they are, columns, indexes and triggers are added, and version columns become
// wider. An existing server can go on using it, before, after and at the same time:
// what it writes is noticed and completed before it is used. Filling in the added
// columns of a million rows took 85 s on two cores, once.
//
// Writes are set-based: a handful of statements per batch, whatever its size. Writers
// of the same entries wait for each other by advisory locks; those who do not take
// them, existing servers that is, are found out, and the batch is tried again. So is
// what a dead-lock or a restart of the server broke off, until
// [Config.RetryFor] has passed.
//
// With rules (see [Store.WithRules]) it also keeps how findings stand, and sums it up for
// many components in one statement (see [Store.Standings]):
//
//	s = s.WithTypes(types).WithRules(findings, rescore.Options{})
//	n, err := s.Settle(ctx, time.Now()) // after start, and now and then
//
// What is kept changes in the transaction that makes it change: one that writes or deletes
// findings or rescorings. A rescoring that changes thousands of findings leaves a mark
// instead, and so do rescorings of existing servers; a finding whose rescoring ends says
// when. Readers judge by themselves what is marked or over, until Settle has been there.
// After a change of the configuration, and in a database that was never settled, they
// judge everything by themselves until then: a few seconds for 100,000 findings.
//
// Searches in the order of a time or of the id go along indexes and look for a bounded
// time (see [Store.Search]); none of them reads the table from end to end. With rules,
// so do those in the order of effective due dates and severities (see
// [Store.SearchEffective]).
//
// What findings and rescorings once were is kept for ever (see [Store.History]): triggers
// append content that is changed or deleted to the table odg_history, whoever changes or
// deletes it, and protect its rows. Of what existing servers do, it is known what and
// when, not who. What is new costs two numbers, what is found again nothing; the first
// lines of the migration 00007_history.sql say how an owner of the tables makes the
// history shorter.
//
// Blobs are large objects that the table blob_store names in a column of text. The
// program vacuumlo takes such objects for orphans: it must not be run on the database.
package postgres
