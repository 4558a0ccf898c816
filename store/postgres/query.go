package postgres

import (
	"context"
	"fmt"
	"iter"

	sq "github.com/Masterminds/squirrel"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// Query implements [store.Querier]. Entries are read from the connection as the
// caller takes them; none is held.
func (s *Store) Query(ctx context.Context, q store.Query) iter.Seq2[metadata.Entry, error] {
	return func(yield func(metadata.Entry, error) bool) {
		const act = "query metadata"
		text, args, err := selection(q, entryColumns).PlaceholderFormat(sq.Dollar).ToSql()
		if err != nil {
			yield(metadata.Entry{}, fmt.Errorf("%s: %w", act, err))
			return
		}
		d := decoder{types: s.cfg.Types}
		err = s.read(ctx, act, text, args, func(row [][]byte) (bool, error) {
			return yield(d.entry(row), nil), nil
		})
		if err != nil {
			yield(metadata.Entry{}, err)
		}
	}
}

// CountByArtefact implements [store.Counter].
func (s *Store) CountByArtefact(ctx context.Context, q store.Query) (map[string]int, error) {
	const act = "count metadata"
	text, args, err := sq.Select("n.*", "count(*)").FromSelect(selection(q, identityColumns), "n").
		GroupBy("1, 2, 3, 4, 5, 6, 7").PlaceholderFormat(sq.Dollar).ToSql()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", act, err)
	}
	counts, d := map[string]int{}, decoder{}
	err = s.read(ctx, act, text, args, func(row [][]byte) (bool, error) {
		id := d.id(row[:identityWidth])
		counts[id.Key()] += int(bigint(row[identityWidth]))
		return true, nil
	})
	return counts, err
}

// bigint reads the binary form of a bigint.
func bigint(b []byte) (n int64) {
	for _, c := range b {
		n = n<<8 | int64(c)
	}
	return n
}

// read calls each for every row until it returns false or an error. Until there is
// a row it is tried again. Texts arrive as they are; each keeps nothing of a row.
func (s *Store) read(ctx context.Context, act, query string, args []any, each func(row [][]byte) (bool, error)) error {
	began := false
	var failed error // of reading on, which cannot be tried again
	err := s.retry(ctx, act, func(ctx context.Context) error {
		err := s.withConn(ctx, func(conn *pgxpool.Conn) error {
			rows, err := conn.Query(ctx, query, args...)
			if err != nil {
				return err
			}
			defer rows.Close()
			began, err = stream(rows, each)
			return err
		})
		if began {
			failed = err
			return nil
		}
		return err
	})
	if err == nil && failed != nil {
		return s.wrap(ctx, act, failed)
	}
	return err
}

// stream reads rows, and tells if each was called.
func stream(rows pgx.Rows, each func(row [][]byte) (bool, error)) (began bool, err error) {
	for rows.Next() {
		began = true
		if more, err := each(rows.RawValues()); err != nil || !more {
			return began, err
		}
	}
	return began, rows.Err()
}
