package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// countedUnsettled is up to how many findings of each kind [Store.Unsettled] counts.
const countedUnsettled = 100_000

// Unsettled returns how many findings [Store.Settle] has to judge, or to look at, at
// now; of each reason it counts up to 100,000. Without rules there are none.
func (s *Store) Unsettled(ctx context.Context, now time.Time) (int, error) {
	const act = "count unsettled findings"
	if s.rules == nil {
		return 0, s.usable(ctx, act)
	}
	const query = `SELECT
		(SELECT count(*) FROM (SELECT 1 FROM odg_stale AS s CROSS JOIN LATERAL (
			SELECT 1 FROM odg_effective AS e WHERE e.subject = s.subject LIMIT $2) AS e LIMIT $2) AS marked)
		+ (SELECT count(*) FROM (SELECT 1 FROM odg_effective WHERE until <= $1 LIMIT $2) AS expired)
		+ (SELECT count(*) FROM (SELECT 1 FROM (` + rulesKept + `) AS k CROSS JOIN LATERAL (
			SELECT 1 FROM odg_effective AS e WHERE e.rules = k.rules LIMIT $2) AS e WHERE k.rules <> ALL($3::uuid[]) LIMIT $2) AS outdated)
		+ (SELECT count(*) FROM (SELECT 1 FROM odg_judged AS j JOIN artefact_metadata AS m
			ON (m.change, m.change_row) > (j.from_change, j.from_row) LIMIT $2) AS unseen)`
	n := 0
	err := s.retry(ctx, act, func(ctx context.Context) error {
		return s.withConn(ctx, func(conn *pgxpool.Conn) error {
			return conn.QueryRow(ctx, query, now, countedUnsettled, s.rules.list()).Scan(&n)
		})
	})
	return n, err
}
