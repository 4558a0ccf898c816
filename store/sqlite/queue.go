package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/opendeliverygear/odg/backlog"
)

// Queue is the backlog in the file of a [Store]. It implements [backlog.Queue]
// and is safe for concurrent use, also by several processes on one file. It ends
// with its store; its methods fail with [store.ErrClosed] then.
type Queue struct {
	store *Store
	now   func() time.Time
}

var _ backlog.Queue = (*Queue)(nil)

// Queue returns the backlog in the file, which takes the time from now. All queues
// of one file are the same backlog.
func (s *Store) Queue(now func() time.Time) *Queue { return &Queue{store: s, now: now} }

// write runs f in a transaction, after the items whose time has come were moved.
func (q *Queue) write(ctx context.Context, act string, f func(tx *transaction, now time.Time) error) error {
	return q.store.write(ctx, act, func(tx *transaction) error {
		now := q.now().UTC()
		if err := settle(ctx, tx, now); err != nil {
			return err
		}
		return f(tx, now)
	})
}

// settle frees the items whose lease has ended or whose wait is over. Each moves
// once per change of its state, so this costs O(log n) on average.
func settle(ctx context.Context, tx *transaction, now time.Time) error {
	const query = `UPDATE backlog SET
			attempts = attempts + (state = 'claimed'),
			last_error = CASE state WHEN 'claimed'
				THEN 'lease of ' || claimed_by || ' ended at ' || substr(lease_end, 1, 19) || 'Z without a result'
				ELSE last_error END,
			state = CASE WHEN not_before > ?1 THEN 'waiting' ELSE 'ready' END,
			due = CASE WHEN not_before > ?1 THEN not_before END, ` + noClaim + `
		WHERE due <= ?1`
	_, err := tx.exec(ctx, query, timeText(now))
	return err
}

// noClaim are the assignments that end a claim.
const noClaim = "token = NULL, claimed_by = '', claimed_at = NULL, lease_end = NULL, again = 0"

// Claim implements [backlog.Queue]. The item is chosen and leased by one
// statement.
func (q *Queue) Claim(ctx context.Context, req backlog.ClaimRequest) (backlog.Claim, error) {
	if req.Lease <= 0 {
		return backlog.Claim{}, fmt.Errorf("claim backlog item: lease of %s, want a positive one", req.Lease)
	}
	claim := backlog.Claim{Token: rand.Text()}
	err := q.write(ctx, "claim backlog item", func(tx *transaction, now time.Time) (err error) {
		claim.Until = now.Add(req.Lease)
		var services any
		if len(req.Services) > 0 {
			services = jsonText(req.Services)
		}
		claim.Item, err = scanItem(tx.QueryRowContext(ctx, claimFirst,
			services, claim.Token, req.Holder, timeText(now), timeText(claim.Until)))
		if errors.Is(err, sql.ErrNoRows) {
			return backlog.ErrEmpty
		}
		tx.changed++
		return err
	})
	if err != nil {
		return backlog.Claim{}, err
	}
	return claim, nil
}

// claimFirst leases the first ready item of the services in ?1. It takes the first
// of each service from the index and compares these; if ?1 is NULL, it finds the
// services by skipping through the index.
const claimFirst = `WITH RECURSIVE
		all_services(service) AS (
			SELECT min(service) FROM backlog WHERE state = 'ready' AND ?1 IS NULL
			UNION ALL
			SELECT (SELECT min(b.service) FROM backlog AS b WHERE b.state = 'ready' AND b.service > s.service)
			FROM all_services AS s WHERE s.service IS NOT NULL),
		services(service) AS (
			SELECT service FROM all_services UNION SELECT value FROM json_each(?1)),
		first(name) AS (
			SELECT (SELECT b.name FROM backlog AS b WHERE b.state = 'ready' AND b.service = s.service
				ORDER BY b.priority DESC, b.timestamp, b.name LIMIT 1)
			FROM services AS s)
	UPDATE backlog SET state = 'claimed', due = ?5, token = ?2, claimed_by = ?3, claimed_at = ?4, lease_end = ?5, again = 0
	WHERE name = (
		SELECT b.name FROM first CROSS JOIN backlog AS b ON b.name = first.name
		ORDER BY b.priority DESC, b.timestamp, b.name LIMIT 1)
	RETURNING ` + itemColumns

// Renew implements [backlog.Queue].
func (q *Queue) Renew(ctx context.Context, c backlog.Claim, d time.Duration) error {
	if d <= 0 {
		return fmt.Errorf("renew claim: lease of %s, want a positive one", d)
	}
	return q.held(ctx, "renew", c, func(now time.Time) (string, []any) {
		end := timeText(now.Add(d))
		return "UPDATE backlog SET lease_end = ?, due = ?", []any{end, end}
	})
}

// Release implements [backlog.Queue].
func (q *Queue) Release(ctx context.Context, c backlog.Claim) error {
	return q.held(ctx, "release", c, func(now time.Time) (string, []any) {
		return `UPDATE backlog SET state = 'ready', due = NULL, ` + noClaim, nil
	})
}

// Fail implements [backlog.Queue].
func (q *Queue) Fail(ctx context.Context, c backlog.Claim, f backlog.Failure) error {
	return q.held(ctx, "fail", c, func(now time.Time) (string, []any) {
		state, due := "ready", any(nil)
		switch {
		case f.Park:
			state = "parked"
		case now.Before(f.NotBefore):
			state, due = "waiting", timeText(f.NotBefore)
		}
		return `UPDATE backlog SET state = ?, due = ?, attempts = attempts + 1, last_error = ?, not_before = ?, ` + noClaim,
			[]any{state, due, f.Reason, optionalTime(f.NotBefore)}
	})
}

// Finish implements [backlog.Queue].
func (q *Queue) Finish(ctx context.Context, c backlog.Claim) error {
	name := c.Item.Name()
	return q.write(ctx, "finish backlog item "+name, func(tx *transaction, _ time.Time) error {
		const remove = "DELETE FROM backlog WHERE name = ? AND token = ? AND NOT again"
		if n, err := tx.exec(ctx, remove, name, c.Token); n > 0 || err != nil {
			return err
		}
		const restart = "UPDATE backlog SET " + forget + ", " + noClaim + " WHERE name = ? AND token = ?"
		n, err := tx.exec(ctx, restart, name, c.Token)
		if n == 0 && err == nil {
			return backlog.ErrClaimLost
		}
		return err
	})
}

// forget are the assignments that let an item start anew.
const forget = "state = 'ready', due = NULL, attempts = 0, last_error = '', not_before = NULL"

// held runs the update that f returns on the item of c, if c holds it.
func (q *Queue) held(ctx context.Context, act string, c backlog.Claim, f func(now time.Time) (string, []any)) error {
	name := c.Item.Name()
	return q.write(ctx, act+" backlog item "+name, func(tx *transaction, now time.Time) error {
		update, args := f(now)
		n, err := tx.exec(ctx, update+" WHERE name = ? AND token = ?", append(args, name, c.Token)...)
		if n == 0 && err == nil {
			return backlog.ErrClaimLost
		}
		return err
	})
}
