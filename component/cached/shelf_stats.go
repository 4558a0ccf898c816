package cached

import "sync/atomic"

// ShelfStats say how well a [Shelf] does, since it was made.
type ShelfStats struct {
	// Hits are lookups that found a document, Misses those that found none, also
	// because the shelf did not answer, and Damaged those that found one that is not
	// that of the component version.
	Hits, Misses, Damaged int64
	// Written are documents that were written, Dropped those that were not: too large,
	// too many at a time, or the database failed.
	Written, Dropped int64
	// BytesRead and BytesWritten are the sizes of documents.
	BytesRead, BytesWritten int64
	// Failures counts calls of the database that failed.
	Failures int64
}

// shelfCounts are [ShelfStats] that are being counted.
type shelfCounts struct {
	hits, misses, damaged, written, dropped, bytesRead, bytesWritten, failures atomic.Int64
}

// Stats returns the counters.
func (s *Shelf) Stats() ShelfStats {
	c := &s.counts
	return ShelfStats{
		Hits: c.hits.Load(), Misses: c.misses.Load(), Damaged: c.damaged.Load(),
		Written: c.written.Load(), Dropped: c.dropped.Load(),
		BytesRead: c.bytesRead.Load(), BytesWritten: c.bytesWritten.Load(), Failures: c.failures.Load(),
	}
}
