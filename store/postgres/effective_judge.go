package postgres

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
)

// judge finds out how findings stand. Who keeps the result needs the lock of [lockJudging].
func (s *Store) judge(ctx context.Context, q querier, list []*judged, now time.Time) error {
	var subjects []digest
	seen := map[digest]bool{}
	for _, j := range list {
		j.rules, j.counts = s.rules.of[j.entry.Meta.Type]
		if !j.counts {
			continue
		}
		j.entry.Data = j.entry.Data.Resolved()
		j.subject = subjectOf(j.entry)
		if d, ok := j.subject.(digest); ok && !seen[d] {
			seen[d] = true
			subjects = append(subjects, d)
		}
	}
	decided, err := s.readDecisions(ctx, q, subjects)
	if err != nil {
		return fmt.Errorf("read rescorings: %w", err)
	}
	for _, j := range list {
		if !j.counts {
			continue
		}
		var applicable []*metadata.Entry // none, as of most
		if d, ok := j.subject.(digest); ok && decided.about[d] {
			applicable = decided.For(j.entry)
		}
		j.Effective, j.counts = s.rules.findings.Effective(j.entry, applicable, now)
	}
	return nil
}

// decisions are rescorings, and what they are about.
type decisions struct {
	*rescore.Index
	about map[digest]bool
}

// readDecisions reads all rescorings about subjects.
func (s *Store) readDecisions(ctx context.Context, q querier, subjects []digest) (decisions, error) {
	var found []metadata.Entry
	about := map[digest]bool{}
	if len(subjects) > 0 {
		const query = "SELECT m.subject, " + entryColumns + " FROM artefact_metadata AS m WHERE m.subject = ANY($1::uuid[]) AND m.subject IS NOT NULL"
		rows, err := q.Query(ctx, query, subjects)
		if err != nil {
			return decisions{}, err
		}
		defer rows.Close()
		d := decoder{types: s.cfg.Types}
		if _, err := stream(rows, func(row [][]byte) (bool, error) {
			about[digest(row[0])] = true
			found = append(found, d.entry(row[1:]))
			return true, nil
		}); err != nil {
			return decisions{}, err
		}
	}
	return decisions{rescore.NewIndex(found, s.rules.options), about}, nil
}

var (
	allColumns = slices.Concat(fixedColumns, standingColumns)
	// putJudged is for findings whose rows this transaction has locked.
	putJudged = "INSERT INTO odg_effective (" + judgedNames(allColumns, "") + ") SELECT * FROM " + unnested(allColumns, 1) +
		" ON CONFLICT (id) DO UPDATE SET " + settings(allColumns[1:], "excluded")
	// addJudged leaves out findings that were deleted or judged meanwhile.
	addJudged = "INSERT INTO odg_effective (" + judgedNames(allColumns, "") + ") SELECT " + judgedNames(allColumns, "u.") + " FROM " +
		unnested(allColumns, 1) + " JOIN artefact_metadata AS m ON m.id = u.id FOR KEY SHARE OF m ON CONFLICT (id) DO NOTHING"
	// changeJudged leaves out those that were judged meanwhile: their row has another xmin.
	changeJudged = "UPDATE odg_effective AS e SET " + settings(standingColumns, "u") + " FROM " +
		unnested(slices.Concat(versionColumns, standingColumns), 1) + " WHERE e.id = u.id AND e.xmin::text = u.version"
	dropJudged = "DELETE FROM odg_effective AS e USING " + unnested(versionColumns, 1) + " WHERE e.id = u.id AND e.xmin::text = u.version"

	versionColumns = []judgedColumn{
		fixedColumns[0],
		{"version", "text", func(j *judged) any { return j.version }},
	}
)

// judgeAgain judges findings that others may write meanwhile. query selects their ids,
// the versions of their rows and entryColumns. It returns how many there were.
func (s *Store) judgeAgain(ctx context.Context, tx pgx.Tx, now time.Time, query string, args ...any) (int, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return 0, fmt.Errorf("read findings: %w", err)
	}
	defer rows.Close()
	var list []*judged
	d := decoder{types: s.cfg.Types}
	if _, err := stream(rows, func(row [][]byte) (bool, error) {
		list = append(list, &judged{id: string(row[0]), version: string(row[1]), entry: d.entry(row[2:])})
		return true, nil
	}); err != nil {
		return 0, fmt.Errorf("read findings: %w", err)
	}
	if len(list) == 0 {
		return 0, nil
	}
	if err := s.judge(ctx, tx, list, now); err != nil {
		return 0, err
	}
	return len(list), s.replaceJudged(ctx, tx, list)
}

// replaceJudged writes what others have not written meanwhile.
func (s *Store) replaceJudged(ctx context.Context, tx pgx.Tx, list []*judged) error {
	var added, changed, dropped []*judged
	for _, j := range list {
		switch {
		case j.counts && j.version == "":
			added = append(added, j)
		case j.counts:
			changed = append(changed, j)
		case j.version != "":
			dropped = append(dropped, j)
		}
	}
	b := &pgx.Batch{}
	if len(added) > 0 {
		b.Queue(addJudged, judgedLists(allColumns, added)...)
	}
	if len(changed) > 0 {
		b.Queue(changeJudged, judgedLists(slices.Concat(versionColumns, standingColumns), changed)...)
	}
	if len(dropped) > 0 {
		ids := make([]string, len(dropped))
		for i, j := range dropped {
			ids[i] = j.id
		}
		if err := s.lookFor(ctx, tx, ids); err != nil {
			return err
		}
		b.Queue(dropJudged, judgedLists(versionColumns, dropped)...)
	}
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("write effective values of %d findings: %w", len(list), err)
	}
	return nil
}
