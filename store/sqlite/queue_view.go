package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	sq "github.com/Masterminds/squirrel"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
)

// List implements [backlog.Queue]. It does not write: leases that have ended are
// shown as such without being ended.
func (q *Queue) List(ctx context.Context, f backlog.Filter) ([]backlog.Item, error) {
	where := sq.And{}
	if len(f.Services) > 0 {
		where = append(where, sq.Eq{"service": f.Services})
	}
	if f.Parked != nil {
		where = append(where, sq.Expr("(state = 'parked') = ?", *f.Parked))
	}
	items := []backlog.Item{}
	query := sq.Select(itemColumns).From("backlog").Where(where).
		OrderBy("state = 'parked'", "priority DESC", "timestamp", "name")
	now := q.now().UTC()
	err := q.store.read(ctx, query, func(rows *sql.Rows) (bool, error) {
		item, err := scanItem(rows)
		items = append(items, expire(item, now))
		return err == nil, err
	})
	if err != nil {
		return nil, q.store.wrap(ctx, "list backlog", err)
	}
	return items, nil
}

// expire returns the item as [settle] leaves it.
func expire(item backlog.Item, now time.Time) backlog.Item {
	if item.LeaseEnd.IsZero() || now.Before(item.LeaseEnd) {
		return item
	}
	item.Attempts++
	item.LastError = fmt.Sprintf("lease of %s ended at %s without a result", item.ClaimedBy, item.LeaseEnd.Format(time.RFC3339))
	item.ClaimedBy, item.ClaimedAt, item.LeaseEnd = "", time.Time{}, time.Time{}
	return item
}

// Replay implements [backlog.Queue].
func (q *Queue) Replay(ctx context.Context, name string) error {
	return q.write(ctx, "replay backlog item "+name, func(tx *transaction, _ time.Time) error {
		const restart = "UPDATE backlog SET " + forget + " WHERE name = ? AND state <> 'claimed'"
		if n, err := tx.exec(ctx, restart, name); n > 0 || err != nil {
			return err
		}
		var holder string
		err := tx.QueryRowContext(ctx, "SELECT claimed_by FROM backlog WHERE name = ?", name).Scan(&holder)
		if errors.Is(err, sql.ErrNoRows) {
			return backlog.ErrNotFound
		}
		if err != nil {
			return err
		}
		return fmt.Errorf("%w by %s", backlog.ErrClaimed, holder)
	})
}

// SetPriority implements [backlog.Queue].
func (q *Queue) SetPriority(ctx context.Context, name string, p backlog.Priority) error {
	act := "set priority of backlog item " + name
	if err := p.Validate(); err != nil {
		return fmt.Errorf("%s: %w", act, err)
	}
	return q.write(ctx, act, func(tx *transaction, _ time.Time) error {
		n, err := tx.exec(ctx, "UPDATE backlog SET priority = ? WHERE name = ?", p, name)
		if n == 0 && err == nil {
			return backlog.ErrNotFound
		}
		return err
	})
}

// Drop implements [backlog.Queue].
func (q *Queue) Drop(ctx context.Context, name string) error {
	return q.write(ctx, "drop backlog item "+name, func(tx *transaction, _ time.Time) error {
		n, err := tx.exec(ctx, "DELETE FROM backlog WHERE name = ?", name)
		if n == 0 && err == nil {
			return backlog.ErrNotFound
		}
		return err
	})
}

const itemColumns = `service, artefact, priority, timestamp, attempts, not_before, last_error,
	state = 'parked', claimed_by, claimed_at, lease_end`

// scanItem reads an item from [itemColumns].
func scanItem(row interface{ Scan(...any) error }) (backlog.Item, error) {
	var item backlog.Item
	var id, queued string
	var notBefore, claimedAt, leaseEnd sql.NullString
	err := row.Scan(&item.Service, &id, &item.Priority, &queued, &item.Attempts, &notBefore, &item.LastError,
		&item.Parked, &item.ClaimedBy, &claimedAt, &leaseEnd)
	if err != nil {
		return item, err
	}
	if item.Artefact, err = parseArtefact(id); err != nil {
		return item, err
	}
	item.Timestamp, err = time.Parse(timeLayout, queued)
	times := []error{err}
	for text, to := range map[*sql.NullString]*time.Time{&notBefore: &item.NotBefore, &claimedAt: &item.ClaimedAt, &leaseEnd: &item.LeaseEnd} {
		if text.Valid {
			*to, err = time.Parse(timeLayout, text.String)
			times = append(times, err)
		}
	}
	return item, errors.Join(times...)
}

func parseArtefact(text string) (artefact.ID, error) {
	var id artefact.ID
	if err := json.Unmarshal([]byte(text), &id); err != nil {
		return id, fmt.Errorf("read column artefact: %w", err)
	}
	if len(id.References) == 0 {
		id.References = nil
	}
	if id.Artefact != nil && len(id.Artefact.ExtraID) == 0 {
		id.Artefact.ExtraID = nil
	}
	return id, nil
}

// timeLayout writes times so that they sort as text.
const timeLayout = "2006-01-02T15:04:05.000000000Z"

func timeText(t time.Time) string { return t.UTC().Format(timeLayout) }

func optionalTime(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return timeText(t)
}
