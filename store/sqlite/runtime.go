package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"iter"
	"math/rand/v2"
	"time"

	sq "github.com/Masterminds/squirrel"

	"github.com/opendeliverygear/odg/artefact"
)

// RuntimeArtefact is an artefact that runs somewhere without being part of a
// component, as whoever saw it has reported it.
type RuntimeArtefact struct {
	// Name is runtime-artefact- and five characters, made by the store.
	Name     string
	Labels   map[string]string
	Artefact artefact.ID
	Created  time.Time // UTC
}

// RuntimeArtefacts yields the artefacts that were seen running and have all the
// labels, in the order of their names. An error ends it.
func (s *Store) RuntimeArtefacts(ctx context.Context, labels map[string]string) iter.Seq2[RuntimeArtefact, error] {
	query := sq.Select("name", "labels", "artefact", "creation_date").From("runtime_artefact").OrderBy("name")
	for key, value := range labels {
		query = query.Where("EXISTS (SELECT 1 FROM json_each(labels) AS l WHERE l.key = ? AND l.value = ?)", key, value)
	}
	return func(yield func(RuntimeArtefact, error) bool) {
		err := s.read(ctx, query, func(rows *sql.Rows) (bool, error) {
			r, err := scanRuntime(rows)
			return err == nil && yield(r, nil), err
		})
		if err != nil {
			yield(RuntimeArtefact{}, s.wrap(ctx, "list runtime artefacts", err))
		}
	}
}

func scanRuntime(rows *sql.Rows) (r RuntimeArtefact, err error) {
	var labels, id, created string
	if err := rows.Scan(&r.Name, &labels, &id, &created); err != nil {
		return r, err
	}
	errLabels := json.Unmarshal([]byte(labels), &r.Labels)
	var errTime error
	r.Created, errTime = time.Parse(timeLayout, created)
	r.Artefact, err = parseArtefact(id)
	return r, errors.Join(err, errLabels, errTime)
}

// PutRuntimeArtefacts adds artefacts that are seen running at a time, all or none. One
// that is there with the same labels stays as it is.
func (s *Store) PutRuntimeArtefacts(ctx context.Context, labels map[string]string, artefacts []artefact.ID, at time.Time) error {
	if labels == nil {
		labels = map[string]string{}
	}
	return s.write(ctx, "put runtime artefacts", func(tx *transaction) error {
		const insert = `INSERT INTO runtime_artefact (name, labels, artefact, creation_date) VALUES (?, ?, ?, ?)
			ON CONFLICT (artefact, labels) DO NOTHING`
		const taken = "SELECT EXISTS (SELECT 1 FROM runtime_artefact WHERE name = ?)"
		for _, id := range artefacts {
			name := runtimeName()
			for is := true; is; {
				if err := tx.QueryRowContext(ctx, taken, name).Scan(&is); err != nil {
					return err
				}
				if is {
					name = runtimeName()
				}
			}
			if _, err := tx.exec(ctx, insert, name, jsonText(labels), jsonText(id), timeText(at)); err != nil {
				return err
			}
		}
		return nil
	})
}

// nameCharacters are those of which Kubernetes makes names.
const nameCharacters = "bcdfghjklmnpqrstvwxyz2456789"

func runtimeName() string {
	name := []byte("runtime-artefact-.....")
	for i := len(name) - 5; i < len(name); i++ {
		name[i] = nameCharacters[rand.IntN(len(nameCharacters))]
	}
	return string(name)
}

// DropRuntimeArtefact removes an artefact by its name; one that is not there is fine.
func (s *Store) DropRuntimeArtefact(ctx context.Context, name string) error {
	return s.write(ctx, "drop runtime artefact "+name, func(tx *transaction) error {
		_, err := tx.exec(ctx, "DELETE FROM runtime_artefact WHERE name = ?", name)
		return err
	})
}
