package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
)

// bare is PostgreSQL with nothing in front.
type bare struct{ conn *pgx.Conn }

// layout is that of existing installations.
const layout = `CREATE TABLE artefact_metadata (
	id char(32) PRIMARY KEY, creation_date timestamptz DEFAULT now(), type varchar(64),
	component_name varchar(256), component_version varchar(64), artefact_kind varchar(32),
	artefact_name varchar(128), artefact_version varchar(64), artefact_type varchar(64),
	artefact_extra_id_normalised varchar(1024), artefact_extra_id json,
	meta json, data json, data_key char(40), datasource varchar(64), referenced_type varchar(64),
	discovery_date date, allowed_processing_time varchar(16));
CREATE INDEX ix_artefact_metadata_component_name ON artefact_metadata (component_name, component_version, type, artefact_type)`

func (b *bench) newBare(ctx context.Context) (*bare, error) {
	url, err := b.database.Database()
	if err != nil {
		return nil, err
	}
	limit, err := connect(ctx, url)
	if err != nil {
		return nil, err
	}
	return limit, limit.execute(ctx, layout)
}

func connect(ctx context.Context, url string) (*bare, error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, err
	}
	return &bare{conn}, nil
}

func (l *bare) execute(ctx context.Context, statements ...string) error {
	for _, sql := range statements {
		if _, err := l.conn.PgConn().Exec(ctx, sql).ReadAll(); err != nil {
			return fmt.Errorf("%.40s: %w", sql, err)
		}
	}
	return nil
}

// put writes rows, rendered by [rows], as fast as PostgreSQL can.
func (l *bare) put(ctx context.Context, rows []byte) error {
	if err := l.execute(ctx, "BEGIN", "CREATE TEMPORARY TABLE incoming (LIKE artefact_metadata) ON COMMIT DROP"); err != nil {
		return err
	}
	if _, err := l.conn.PgConn().CopyFrom(ctx, bytes.NewReader(rows), "COPY incoming FROM STDIN"); err != nil {
		return err
	}
	return l.execute(ctx, `INSERT INTO artefact_metadata SELECT * FROM incoming
		ON CONFLICT (id) DO UPDATE SET meta = excluded.meta, data = excluded.data`, "COMMIT")
}

// query reads the rows of an artefact.
func (l *bare) query(ctx context.Context, s scan) error {
	_, err := l.conn.PgConn().CopyTo(ctx, io.Discard, fmt.Sprintf(`COPY (SELECT * FROM artefact_metadata
		WHERE component_name = '%s' AND component_version = '%s' AND artefact_name = '%s') TO STDOUT`, s.component, s.version, artefactName))
	return err
}

// rows renders the body of a PUT in the text format of COPY.
func rows(body []byte) ([]byte, error) {
	entries, err := metadata.BuiltinTypes().ParseEntries(body)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	for _, e := range entries {
		meta, err := json.Marshal(e.Meta)
		if err != nil {
			return nil, err
		}
		local := e.Artefact.Local()
		for i, column := range []*string{
			text(e.ID()), text(string(e.Meta.CreationDate)), text(string(e.Meta.Type)),
			e.Artefact.ComponentName, e.Artefact.ComponentVersion, text(string(e.Artefact.Kind)),
			local.Name, local.Version, local.Type,
			text(artefact.NormaliseExtraID(local.ExtraID)), text("{}"),
			text(string(meta)), text(string(e.Data.Raw())), e.DataKeyDigest(), text(string(e.Meta.Datasource)), nil,
			text(string(e.DiscoveryDate)), e.AllowedProcessingTime,
		} {
			if i > 0 {
				out.WriteByte('\t')
			}
			out.WriteString(cell(column))
		}
		out.WriteByte('\n')
	}
	return out.Bytes(), nil
}

func text(s string) *string { return &s }

var escaped = strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`)

func cell(value *string) string {
	if value == nil {
		return `\N`
	}
	return escaped.Replace(*value)
}
