package postgres

import (
	"context"
	"hash/fnv"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
)

// lockClass is the first half of the advisory locks of ODG ("odg").
const lockClass = 0x6f6467

// lockCount is how many locks there are: few enough for a batch to hold all of
// them, as the server's table of locks is small, and so many that writers of
// different artefacts rarely meet.
const lockCount = 256

// lockOf is the lock for whatever may have the same id, or lend its discovery date:
// entries that agree on component, artefact name and type. All of a batch are taken
// in order, so that writers wait for each other and never in a circle.
func lockOf(component, name *string, t metadata.Type) int32 {
	h := fnv.New32a()
	for _, s := range []string{artefact.Text(component), artefact.Text(name), string(t)} {
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	return int32(h.Sum32() % lockCount)
}

func locksOf(entries []metadata.Entry) []int32 {
	locks := make([]int32, 0, min(len(entries), lockCount))
	var seen [lockCount]bool
	for i := range entries {
		e := &entries[i]
		if n := lockOf(e.Artefact.ComponentName, e.Artefact.Local().Name, e.Meta.Type); !seen[n] {
			seen[n] = true
			locks = append(locks, n)
		}
	}
	slices.Sort(locks)
	return locks
}

// takeLocks holds the locks until the transaction ends. Statements after it see
// what the holders before have written.
const takeLocks = "SELECT pg_advisory_xact_lock($1, l) FROM unnest($2::int[]) AS l"

func takeAll(ctx context.Context, tx pgx.Tx, locks []int32) error {
	_, err := tx.Exec(ctx, takeLocks, lockClass, locks)
	return err
}
