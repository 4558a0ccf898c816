package sqlite

import (
	"context"
	"fmt"
	"time"

	"github.com/opendeliverygear/odg/backlog"
)

// Add implements [backlog.Queue] with two statements for all items.
func (q *Queue) Add(ctx context.Context, items ...backlog.Item) (created int, err error) {
	act := fmt.Sprintf("add %d backlog items", len(items))
	if len(items) == 0 {
		return 0, q.store.usable(ctx, act)
	}
	rows, err := addRows(items)
	if err != nil {
		return 0, err
	}
	err = q.write(ctx, act, func(tx *transaction, _ time.Time) error {
		if _, err := tx.exec(ctx, addToStored, rows); err != nil {
			return err
		}
		n, err := tx.exec(ctx, addNew, rows)
		created = int(n)
		return err
	})
	if err != nil {
		return 0, err
	}
	return created, nil
}

// addRows writes the items as JSON for the statements, each name once: the first
// one with the highest priority of all.
func addRows(items []backlog.Item) (string, error) {
	rows := make([][5]any, 0, len(items))
	index := make(map[string]int, len(items))
	for _, item := range items {
		if err := item.Validate(); err != nil {
			return "", fmt.Errorf("add backlog item %s: %w", item.Artefact, err)
		}
		name := item.Name()
		if i, ok := index[name]; ok {
			rows[i][2] = max(rows[i][2].(backlog.Priority), item.Priority)
			continue
		}
		index[name] = len(rows)
		rows = append(rows, [5]any{name, item.Service, item.Priority, timeText(item.Timestamp), jsonText(item.Artefact)})
	}
	return jsonText(rows), nil
}

// addToStored raises priorities, and marks claimed items as triggered again. Items
// to which neither applies are not written.
const addToStored = `UPDATE backlog SET
		priority = max(backlog.priority, i.priority),
		again = backlog.again OR backlog.state = 'claimed'
	FROM (SELECT value ->> 0 AS name, value ->> 2 AS priority FROM json_each(?)) AS i
	WHERE backlog.name = i.name
		AND (backlog.priority < i.priority OR backlog.state = 'claimed' AND NOT backlog.again)`

const addNew = `INSERT INTO backlog (name, service, priority, timestamp, artefact, state)
	SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, 'ready' FROM json_each(?)
	WHERE true
	ON CONFLICT (name) DO NOTHING`
