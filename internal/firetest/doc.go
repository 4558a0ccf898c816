// Package firetest proves, by its tests, that the backlog of a cluster keeps its
// promises under fire: with processes that are killed and frozen, and an API server
// that is restarted.
//
//	go test ./internal/firetest             # a minute or two
//	ODG_FIRE_SEED=7 go test ./internal/firetest
//
// The workers and the controller are this package's test program, started again as
// processes of their own, see orders. They do all that real ones do, on a real API
// server and through ODG Core's client; only what they scan is not there.
package firetest
