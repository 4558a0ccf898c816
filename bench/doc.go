// Command bench measures odg-core against the physical limit: the same rows, on the
// same PostgreSQL, in the same run, with nothing between a client and the database.
//
//	go run ./bench                  # a minute or two
//	go run ./bench --rows 1000000   # the full size
//	go run ./bench --output json --check
//
// It builds odg-core, starts it as a process of its own, on a server that it starts
// with the settings of a fresh installation, and speaks HTTP to it. Ratios carry
// from one machine to another, times do not. Ours and the limit take turns, and the
// medians are compared.
//
// The limit of a PUT is COPY into a temporary table and one INSERT … ON CONFLICT
// into a table with the layout of existing installations, which have a primary key
// and one index, of text that was rendered before. The limit of a query is COPY
// (SELECT …) TO STDOUT of those rows.
package main
