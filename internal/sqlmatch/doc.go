// Package sqlmatch holds what the SQL stores share: the selectors of a query as
// rows of a table s, the ways in which a row of the table m can match them, in SQL
// that SQLite and PostgreSQL read alike, and the form of the column meta.
//
//	for _, way := range sqlmatch.Ways(q, shared) {
//		… SELECT … FROM s CROSS JOIN artefact_metadata AS m WHERE way AND sqlmatch.Local(q)
//	}
//
// No text depends on a value of the query, only on which attributes it asks for.
package sqlmatch
