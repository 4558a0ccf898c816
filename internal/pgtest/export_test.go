//go:build unix

package pgtest

// What a machine with PostgreSQL cannot show from outside.
var (
	Unavailable = unavailable
	Versions    = versions
)
