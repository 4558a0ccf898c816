package postgres

import (
	"context"
	"fmt"
	"time"

	sq "github.com/Masterminds/squirrel"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/search"
	"github.com/opendeliverygear/odg/store"
)

// SearchEffective is [Store.Search] for a query that needs to know how findings stand, as
// of now, see [search.Query.Effective]. It goes by what is kept, see [Store.WithRules],
// along an index if q sorts by it. Findings about which something was decided that is
// not kept yet, or whose rescoring has ended, are read apart and judged here; all that is
// read is of one moment then.
//
// applies leaves out what is of a configured type and is not judged, as that of the core
// does. It fails with [store.ErrOutdated] while a configuration is being taken over, and if the
// store has no rules.
func (s *Store) SearchEffective(ctx context.Context, q *search.Query, applies func(metadata.Entry) bool, now time.Time) (search.Result, error) {
	return s.searchEffective(ctx, q, applies, now, usualBounds)
}

func (s *Store) searchEffective(ctx context.Context, q *search.Query, applies func(metadata.Entry) bool, now time.Time, b searchBounds) (result search.Result, err error) {
	const act = "search findings"
	start := time.Now()
	if s.rules == nil {
		return result, fmt.Errorf("%s: %w", act, store.ErrOutdated)
	}
	if err := s.completeForSearch(ctx); err != nil {
		return result, err
	}
	ctx, cancel := context.WithTimeout(ctx, searchTimeout)
	defer cancel()
	st, err := s.standingNow(ctx, act, now)
	if err != nil {
		return result, err
	}
	if st.current() { // what changes from now on is kept, or marked, as it was
		r := reading{store: s, plan: newSearchPlan(q, s.rules.types), page: q.NewPage(), applies: applies, read: s.read}
		return r.result(ctx, start, b)
	}
	err = s.snapshot(ctx, act, func(ctx context.Context, tx pgx.Tx) error {
		r := reading{store: s, plan: newSearchPlan(q, s.rules.types), page: q.NewPage(), applies: applies, read: readIn(tx)}
		if err := r.offerDoubtful(ctx, tx, now); err != nil {
			return err
		}
		result, err = r.result(ctx, start, b)
		return err
	})
	return result, err
}

// standingNow tells if what is kept can be gone by.
func (s *Store) standingNow(ctx context.Context, act string, now time.Time) (st staleness, err error) {
	err = s.retry(ctx, act, func(ctx context.Context) error {
		return s.withConn(ctx, func(conn *pgxpool.Conn) error {
			st, err = s.stale(ctx, conn, now)
			return err
		})
	})
	if err == nil && st.outdated {
		err = fmt.Errorf("%s: %w", act, store.ErrOutdated)
	}
	return st, err
}

// snapshot runs f in a transaction that sees one state of the database.
func (s *Store) snapshot(ctx context.Context, act string, f func(ctx context.Context, tx pgx.Tx) error) error {
	return s.retry(ctx, act, func(ctx context.Context) error {
		return s.withConn(ctx, func(conn *pgxpool.Conn) error {
			options := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
			return pgx.BeginTxFunc(ctx, conn, options, func(tx pgx.Tx) error { return f(ctx, tx) })
		})
	})
}

// readIn is [Store.read] in a transaction, which is tried again as a whole.
func readIn(tx pgx.Tx) func(context.Context, string, string, []any, func(row [][]byte) (bool, error)) error {
	return func(ctx context.Context, _, query string, args []any, each func(row [][]byte) (bool, error)) error {
		rows, err := tx.Query(ctx, query, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		_, err = stream(rows, each)
		return err
	}
}

const (
	// doubted finds the findings that may stand otherwise than is kept.
	doubted = `(SELECT e.id FROM odg_stale AS st JOIN odg_effective AS e ON e.subject = st.subject
		UNION SELECT e.id FROM odg_effective AS e WHERE e.until <= ?::timestamptz)`
	// doubtedSubjects are what they are about.
	doubtedSubjects = `SELECT subject FROM odg_stale UNION SELECT subject FROM odg_effective WHERE until <= $1 AND subject IS NOT NULL`
)

// offerDoubtful offers the findings that may stand otherwise than is kept, as they stand
// now, and has the others read without them.
func (r *reading) offerDoubtful(ctx context.Context, tx pgx.Tx, now time.Time) error {
	st, err := r.store.stale(ctx, tx, now)
	switch {
	case err != nil:
		return err
	case st.outdated:
		return store.ErrOutdated
	case st.current():
		return nil
	}
	r.early, r.plan.doubtful = true, now
	rows, err := tx.Query(ctx, doubtedSubjects, pgx.QueryExecModeCacheDescribe, now)
	if err != nil {
		return err
	}
	subjects, err := pgx.CollectRows(rows, pgx.RowTo[digest])
	if err != nil {
		return err
	}
	decisions, err := r.store.readDecisions(ctx, tx, subjects)
	if err != nil {
		return fmt.Errorf("read rescorings: %w", err)
	}
	text, args, err := r.plan.doubtedStatement(now)
	if err != nil {
		return err
	}
	d := decoder{types: r.store.cfg.Types}
	args = append([]any{pgx.QueryExecModeCacheDescribe}, args...)
	return r.read(ctx, "", text, args, func(row [][]byte) (bool, error) {
		item := search.Item{Entry: d.entry(row)}
		if effective, ok := r.store.rules.findings.Effective(item.Entry, decisions.For(item.Entry), now); ok {
			item.Effective = &effective
		}
		if r.plan.query.Matches(item) && r.applies(item.Entry) {
			r.page.Offer(item)
		}
		return true, nil
	})
}

// doubtedStatement reads the findings that doubted finds, as far as they can be searched
// for without knowing how they stand.
func (p *searchPlan) doubtedStatement(now time.Time) (string, []any, error) {
	from := sq.Select(entryColumns).From("artefact_metadata AS m").Where("m.id IN "+doubted, now)
	t := translation{}
	for _, c := range p.query.Conditions() {
		if some, _ := c.Effective(); some {
			continue
		}
		if where, _ := t.condition(c); len(where) > 0 {
			from = from.Where(where)
		}
	}
	return from.PlaceholderFormat(sq.Dollar).ToSql()
}
