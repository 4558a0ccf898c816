package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// readKnown reads what a plan needs of the stored entries with these ids: their
// identity, of which the data is part, and the dates that are kept.
func readKnown(ctx context.Context, tx *transaction, types *metadata.Types, ids []string) (map[string]metadata.Entry, error) {
	known := make(map[string]metadata.Entry, len(ids))
	const query = `SELECT m.id, m.type, m.datasource, m.creation_date, m.discovery_date, m.data, ` + identityColumns + `
		FROM json_each(?) AS given CROSS JOIN artefact_metadata AS m ON m.id = given.value`
	rows, err := tx.QueryContext(ctx, query, jsonText(ids))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var id string
	var data string
	var created, discovered sql.NullString
	var identity identityRow
	var e metadata.Entry
	columns := append([]any{&id, &e.Meta.Type, &e.Meta.Datasource, &created, &discovered, &data}, identity.columns()...)
	for rows.Next() {
		if err := rows.Scan(columns...); err != nil {
			return nil, err
		}
		if e.Artefact, err = identity.id(); err != nil {
			return nil, fmt.Errorf("entry %s: %w", id, err)
		}
		e.Meta.CreationDate = metadata.Timestamp(created.String)
		e.DiscoveryDate = metadata.Date(discovered.String)
		e.Data = types.Stored(e.Meta.Type, json.RawMessage(data))
		known[id] = e
	}
	return known, rows.Err()
}

// readDates finds the best candidate for each of wanted.
func readDates(ctx context.Context, tx *transaction, wanted []store.Wanted) (map[store.Wanted]metadata.Candidate, error) {
	found := make(map[store.Wanted]metadata.Candidate, len(wanted))
	if len(wanted) == 0 {
		return found, nil
	}
	// Everything is in the index, so that no row of the table is read.
	const query = `SELECT w.key, (
			SELECT json_array(last_update, discovery_date) FROM artefact_metadata
			WHERE reuse_key = w.value ->> 0 AND datasource = w.value ->> 1 AND discovery_date IS NOT NULL
				AND (w.value ->> 2 IS NULL OR last_update_at >= w.value ->> 2)
			ORDER BY last_update DESC, discovery_date LIMIT 1)
		FROM json_each(?) AS w`
	rows, err := tx.QueryContext(ctx, query, wantedText(wanted))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var i int
		var best sql.NullString
		if err := rows.Scan(&i, &best); err != nil {
			return nil, err
		}
		if !best.Valid {
			continue
		}
		var c [2]string
		if err := json.Unmarshal([]byte(best.String), &c); err != nil {
			return nil, err
		}
		found[wanted[i]] = metadata.Candidate{LastUpdate: metadata.Timestamp(c[0]), DiscoveryDate: metadata.Date(c[1])}
	}
	return found, rows.Err()
}

func wantedText(wanted []store.Wanted) string {
	list := make([][3]any, len(wanted))
	for i, w := range wanted {
		list[i] = [3]any{w.ReuseKey, w.Datasource, nil}
		if !w.Since.IsZero() {
			list[i][2] = w.Since.Add(time.Microsecond - 1).UnixMicro() // rounded up
		}
	}
	return jsonText(list)
}
