package postgres

import (
	"context"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

var _ store.SeverityCounter = (*Store)(nil)

// countSeverities reads the whole table, which is why it is not asked for by requests.
const countSeverities = `SELECT type, CASE type WHEN 'rescorings' THEN referenced_type ELSE type END, coalesce(data_severity, ''), count(*)
	FROM artefact_metadata
	WHERE type = ANY($1) OR type = 'rescorings' AND referenced_type = ANY($1)
	GROUP BY 1, 2, 3`

// CountSeverities implements [store.SeverityCounter]. It is one statement, which PostgreSQL
// may work on with several processes: half a million rows took it half a second.
func (s *Store) CountSeverities(ctx context.Context, types []metadata.Type) ([]store.SeverityCount, error) {
	aside := s.aside()
	if err := aside.completeForSearch(ctx); err != nil {
		return nil, err
	}
	var tally store.SeverityTally
	err := aside.read(ctx, "count severities", countSeverities, []any{storableTexts(types)}, func(row [][]byte) (bool, error) {
		tally.Add(metadata.Type(row[0]), metadata.Type(row[1]), string(row[2]), int(bigint(row[3])))
		return true, nil
	})
	return tally.Counts(), err
}
