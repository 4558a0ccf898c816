// Package pgtest gives PostgreSQL to tests, without a container and without a
// cluster that somebody must have set up:
//
//	db, err := postgres.Open(ctx, pgtest.URL(t), postgres.Config{})
//
// [URL] is for most tests: an empty database of their own, on one server per test
// process. [Start] is for tests of faults, which kill and restart a server of their
// own. The server comes from the environment variable ODG_TEST_POSTGRES, the URL of
// a role that may create databases, else it is started from the binaries on the
// machine: on PATH, below /usr/lib/postgresql (the newest), or where pg_config says.
// Without either the test is skipped with a sentence that says what to install; where
// the environment variable CI is set it fails, as a skip there would look green.
//
// A private server listens on a loopback port behind a random password, in a folder
// of its own below the one for temporary files. It ends and its folder vanishes with
// the test process, also when that is killed. As root, which PostgreSQL refuses, it
// runs as user postgres.
//
// It is set up less friendly than a fresh installation, because existing databases
// are: texts sort by the rules of American English where the binaries know them, not
// by bytes, and the session time zone is neither UTC nor a whole number of hours
// away from it. Code that names its collation and its time zone does not notice.
package pgtest
