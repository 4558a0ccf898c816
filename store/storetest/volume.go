package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// largeBatch is what a big scanner writes at once.
const largeBatch = 5000

var volumeCases = []testCase{
	{"a large batch of different findings is stored and found again", func(t *testing.T, b *bench) {
		is := is.New(t)
		batch := make([]metadata.Entry, largeBatch)
		for i := range batch {
			batch[i] = discovered(vulnerability(image("web", "1"), fmt.Sprint("p", i%97), "1", fmt.Sprint("CVE-", i)), today)
		}
		is.Equal(b.put(batch...), store.Change{Inserted: largeBatch})
		is.Equal(b.put(batch...), store.Change{})
		is.Equal(len(b.query(selecting(image("web", "1")))), largeBatch)
	}},
	// Entries that could all take their date from all others are where the effort
	// of a careless store grows with the square.
	{"a large batch about the same thing is written in linear time", func(t *testing.T, b *bench) {
		is := is.New(t)
		small := b.timeSiblings("small", largeBatch/20)
		large := b.timeSiblings("large", largeBatch/2)
		t.Logf("%d entries: %s, %d entries: %s", largeBatch/20, small, largeBatch/2, large)
		// Ten times as many: about 10 times as long, a square would be 100 times.
		is.True(large < 40*small+time.Second)
	}},
}

// timeSiblings writes versions of one artefact: new ones, the same and new ones
// again. It returns how long that took.
func (b *bench) timeSiblings(name string, count int) time.Duration {
	b.t.Helper()
	limited := store.UpsertOptions{Now: now, Retention: func(metadata.Type) metadata.Retention {
		return metadata.Retention{MaxReuse: 24 * time.Hour}
	}}
	batch := make([]metadata.Entry, 2*count)
	for i := range batch {
		// None of them may be reused, so that none of them ends the search.
		batch[i] = updated(discovered(scanInfo(image(name, fmt.Sprint(i))), today), "2025-01-01T00:00:00")
	}
	start := time.Now()
	b.putWith(limited, batch[:count]...)
	b.putWith(limited, batch...)
	return time.Since(start)
}
