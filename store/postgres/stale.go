package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// staleness tells whether rows of odg_effective do not say how findings stand.
type staleness struct {
	// marked tells that there are subjects in odg_stale, whose findings are still to be
	// judged.
	marked bool
	// expired tells that there are rows whose until has come.
	expired bool
	// outdated tells that there may be rows of other rules, and findings that have no
	// row although they should: their values follow an earlier configuration until
	// [Store.Settle] has come to them.
	outdated bool
}

// current tells that all rows say how findings stand.
func (s staleness) current() bool { return s == staleness{} }

// querier is a connection, or a transaction.
type querier interface {
	Query(ctx context.Context, query string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, query string, args ...any) pgx.Row
}

// rulesKept lists the rules by which there are rows, at the price of a look-up each.
const rulesKept = `WITH RECURSIVE kept AS (
		(SELECT rules FROM odg_effective ORDER BY rules LIMIT 1)
		UNION ALL
		SELECT (SELECT e.rules FROM odg_effective AS e WHERE e.rules > kept.rules ORDER BY e.rules LIMIT 1)
			FROM kept WHERE kept.rules IS NOT NULL)
	SELECT rules FROM kept WHERE rules IS NOT NULL`

// stale reads what holds at a moment. It costs some look-ups. The store must have rules,
// see [Store.WithRules].
func (s *Store) stale(ctx context.Context, q querier, now time.Time) (st staleness, err error) {
	// The first end is found by the index, whatever the plan; EXISTS would read the table.
	const query = `SELECT EXISTS (SELECT 1 FROM odg_stale),
			coalesce((SELECT until FROM odg_effective WHERE until IS NOT NULL ORDER BY until LIMIT 1) <= $1, false),
			rules IS DISTINCT FROM $2 OR from_change IS NOT NULL OR again OR EXISTS (SELECT 1 FROM (` + rulesKept + `) AS k WHERE k.rules <> ALL($3::uuid[]))
		FROM odg_judged`
	err = q.QueryRow(ctx, query, now, s.rules.all, s.rules.list()).Scan(&st.marked, &st.expired, &st.outdated)
	return st, err
}
