package postgres

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// standings finds out with one statement how the findings of component versions stand:
// $1 and $2 are their names and versions, $3 the types and $4 the datasources, $5 the
// rules by which findings must have been judged, $6 now, $7 all rules together.
//
// Each row is of one of three kinds: a severity of findings with its artefact's digest,
// a scan info with its artefact's identity, and, once, what holds of everything. Doubtful
// tells that a row does not say how findings stand.
//
// Every component version is looked up by itself, see [union].
const standings = `WITH asked AS MATERIALIZED (SELECT * FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS a (component, version, number)),
	found AS (
		SELECT a.number, e.* FROM asked AS a CROSS JOIN LATERAL (SELECT artefact, type, datasource, severity, subject, until, rules FROM odg_effective
			WHERE component_name = a.component AND component_version = a.version AND type = ANY($3) AND datasource = ANY($4) OFFSET 0) AS e
		UNION ALL
		SELECT a.number, e.* FROM asked AS a CROSS JOIN LATERAL (SELECT artefact, type, datasource, severity, subject, until, rules FROM odg_effective
			WHERE component_name = a.component AND component_version IS NULL AND type = ANY($3) AND datasource = ANY($4) OFFSET 0) AS e),
	info AS (
		SELECT a.number, m.* FROM asked AS a CROSS JOIN LATERAL (SELECT * FROM artefact_metadata
			WHERE component_name = a.component AND component_version = a.version AND type = '` + string(metadata.TypeScanInfo) + `' AND datasource = ANY($4) OFFSET 0) AS m
		UNION ALL
		SELECT a.number, m.* FROM asked AS a CROSS JOIN LATERAL (SELECT * FROM artefact_metadata
			WHERE component_name = a.component AND component_version IS NULL AND type = '` + string(metadata.TypeScanInfo) + `' AND datasource = ANY($4) OFFSET 0) AS m)
	SELECT number, type, datasource, severity, artefact,
		coalesce(bool_or(subject IN (SELECT subject FROM odg_stale) OR until <= $6 OR rules <> ALL($5)), false) AS doubtful,
		NULL::text, NULL::text, NULL::text, NULL::text, NULL::text, NULL::text, NULL::text
		FROM found GROUP BY number, artefact, type, datasource, severity
	UNION ALL SELECT number, type, datasource, NULL, NULL, false, ` + identityColumns + ` FROM info AS m
	UNION ALL SELECT 0, NULL, NULL, NULL, NULL, rules IS DISTINCT FROM $7 OR from_change IS NOT NULL OR again OR (` + underived + `),
		NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM odg_judged`

// Standings yields how findings stand, as [github.com/opendeliverygear/odg.Summariser] says.
func (s *Store) Standings(ctx context.Context, q store.StandingQuery) iter.Seq2[store.Standing, error] {
	return func(yield func(store.Standing, error) bool) {
		act := fmt.Sprintf("read how the findings of %d component versions stand", len(q.Components))
		odd := func(c store.ComponentArtefacts) bool { return !storableText(c.Name) || !storableText(c.Version) }
		if s.rules == nil || slices.ContainsFunc(q.Components, odd) {
			yield(store.Standing{}, fmt.Errorf("%s: %w", act, store.ErrOutdated))
			return
		}
		r := standingReader{places: placesOf(q.Components), texts: map[string]string{}}
		outdated := false
		err := s.read(ctx, act, standings, s.standingArgs(q), func(row [][]byte) (bool, error) {
			if outdated = row[5][0] != 0; outdated {
				return false, nil
			}
			return r.each(row, yield), nil
		})
		if outdated {
			err = fmt.Errorf("%s: %w", act, store.ErrOutdated)
		}
		if err != nil {
			yield(store.Standing{}, err)
		}
	}
}

// standingArgs are the parameters of [standings].
func (s *Store) standingArgs(q store.StandingQuery) []any {
	names, versions := make([]string, len(q.Components)), make([]string, len(q.Components))
	for i, c := range q.Components {
		names[i], versions[i] = c.Name, c.Version
	}
	return []any{names, versions, storableTexts(q.Types), storableTexts(q.Datasources), s.rules.list(), q.Now, s.rules.all}
}

// placesOf finds the artefacts of each component by their digest.
func placesOf(components []store.ComponentArtefacts) []map[digest][]int {
	all := make([]map[digest][]int, len(components))
	for i, c := range components {
		all[i] = make(map[digest][]int, len(c.Artefacts))
		for place, id := range c.Artefacts {
			d := artefactDigest(id)
			all[i][d] = append(all[i][d], place)
		}
	}
	return all
}

// standingReader reads rows of [standings]. It is for one goroutine.
type standingReader struct {
	places []map[digest][]int
	texts  map[string]string // those that there were
	ids    decoder
}

// each yields a standing for each artefact that a row is about.
func (r *standingReader) each(row [][]byte, yield func(store.Standing, error) bool) bool {
	number := int(bigint(row[0])) - 1
	if number < 0 {
		return true
	}
	at := store.Standing{
		Component: number, Type: metadata.Type(r.text(row[1])), Datasource: metadata.Datasource(r.text(row[2])), Severity: r.text(row[3]),
	}
	var d digest
	if row[4] == nil {
		d = artefactDigest(r.ids.id(row[6:]))
	} else {
		d = digest(row[4])
	}
	for _, at.Artefact = range r.places[number][d] {
		if !yield(at, nil) {
			return false
		}
	}
	return true
}

// text keeps few texts, however many rows have them.
func (r *standingReader) text(b []byte) string {
	s, ok := r.texts[string(b)]
	if !ok {
		s = string(b)
		r.texts[s] = s
	}
	return s
}
