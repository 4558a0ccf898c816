// Command bench measures ODG against physical limits, in the same run.
//
//	go run ./bench                  # odg-core, a minute or two
//	go run ./bench --rows 1000000   # the full size
//	go run ./bench --output json --check
//	go run ./bench findings         # what people ask about a million findings, some minutes
//	go run ./bench ocm              # component lookup, a minute
//	go run ./bench kube             # the backlog in a cluster, some minutes
//
// The limit of odg-core is the same rows, on the same PostgreSQL, with nothing between
// a client and the database. Bench builds odg-core, starts it as a process of its own, on a server that it starts
// with the settings of a fresh installation, and speaks HTTP to it. Ratios carry
// from one machine to another, times do not. Ours and the limit take turns, and the
// medians are compared.
//
// The limit of a PUT is COPY into a temporary table and one INSERT … ON CONFLICT
// into a table with the layout of existing installations, which have a primary key
// and one index, of text that was rendered before. The limit of a query is COPY
// (SELECT …) TO STDOUT of those rows.
//
// A million findings are those of 500 components in 20 versions, of six images and a
// source each, with packages and vulnerabilities that they share, and a fiftieth as many
// rescorings, for one version or for everything. They are written through the store;
// what is timed is asked of odg-core over HTTP, unless it says otherwise. The limit is
// COPY (SELECT …) TO STDOUT of the rows that an answer is about. Statements are counted on
// the way to PostgreSQL, by a proxy that reads its protocol.
//
// Component lookup resolves a tree of 300 components. The limit is to fetch the same
// manifests and descriptors with the same parallelism, all addresses known beforehand,
// from the same registry: one in this process that takes 20 ms longer for each request,
// and Debian's docker-registry. The time of the official command line is a recorded one,
// from such a program. Walks from what memory, SQLite and PostgreSQL keep are held
// against the walk from far away. Memory is that of a process that does nothing else.
//
// The backlog in a cluster needs the control plane of `make cluster`. Its limits are what
// bare clients reach on the same API server: to create the same resources with the same
// parallelism, and to update and delete items that were shared out beforehand, so that
// nobody looks for work and nobody meets another. Claimers that know nothing of one
// another are held against some that list items and pick one at random. All workers are
// goroutines of this process. The controller is the program as it is shipped, beside
// which bursts of items are created; what is timed is the decision that the last item
// asks for.
package main
