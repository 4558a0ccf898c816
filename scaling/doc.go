// Package scaling decides how many workers an extension needs, and which claims of
// workers that are gone must be taken back.
//
// [Replicas], [Stale] and [Decide] are plain functions; whoever counts items and sets
// replicas (a Kubernetes controller, a command that starts workers in its own process)
// calls them:
//
//	cfg := scaling.DefaultConfig.For("osid", scaling.DefaultMaxima())
//	if err := cfg.Validate(); err != nil {
//		return err
//	}
//	workers := scaling.Replicas(pending, cfg)
//
// [Controller] is the loop around them, over a [Tally] of the backlog and a [Cluster]
// that carries decisions out. Beyond the rules of ODG's backlog controller it is
// patient: a [Window] lets workers go only when fewer have been enough for a while,
// and workers that somebody else has scaled are left alone for longer with each time.
//
// # Scaling down
//
// A Deployment that is scaled down ends pods of its own choice. So there are never
// fewer workers than items that are being worked on, since one that works would then
// have to go for certain; and items whose claim is stale, that wait or are parked keep
// nobody. One that works may still be chosen while others rest: workers of ODG finish
// what they have begun within the grace period of their pod, and whoever does not
// loses its claim to another worker, never the item.
//
// The package imports nothing but the standard library.
package scaling
