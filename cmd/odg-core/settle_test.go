package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/internal/pgtest"
)

const judged = `
- type: finding/malware
  categorisations:
    - {id: NONE, display_name: None, value: 0, rescoring: manual}
    - {id: HIGH, display_name: High, value: 8, allowed_processing_time: 30d, rescoring: manual}
`

const (
	malware = `{"entries":[{"artefact":{"component_name":"a","component_version":"1","artefact_kind":"resource","artefact":{"artefact_name":"n","artefact_version":"1","artefact_type":"t","artefact_extra_id":{}}},
		"meta":{"datasource":"clamav","type":"finding/malware"},"data":{"severity":"HIGH","octets_count":1,"scan_duration_seconds":1,"finding":{"filename":"f","content_digest":"d","malware":"m"}},"discovery_date":"2026-01-01"}]}`
	accepted = `{"entries":[{"artefact":{"component_name":null,"artefact_kind":null,"artefact":null},
		"meta":{"datasource":"delivery-dashboard","type":"rescorings"},"data":{"finding":{"filename":"f","content_digest":"d","malware":"m"},"referenced_type":"finding/malware",
		"severity":"NONE","user":{"username":"u","type":"user"},"matching_rules":["custom-rescoring"],"comment":null}}]}`
)

// How findings stand is kept in PostgreSQL from the first start on, by the present
// configuration, whoever writes.
func TestFindingsAreSettled(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	url := pgtest.URL(t)
	dir := t.TempDir()
	findings := config(t, dir, "findings.yaml", "[]\n")
	s := start(t, "--findings-cfg="+findings, "--reload-interval=5ms", "--delivery-db-url="+url)
	conn, err := pgx.Connect(t.Context(), url)
	is.NoErr(err)
	kept := func() (all string) {
		is.NoErr(conn.QueryRow(t.Context(), "SELECT coalesce(string_agg(severity || ' ' || value || ' ' || coalesce(due::text, '-'), ', '), '') FROM odg_effective").Scan(&all))
		return all
	}
	is.Equal(s.put(malware), http.StatusCreated)
	is.Equal(kept(), "") // the type is not configured
	config(t, dir, "findings.yaml", judged)
	s.until("the finding is judged", func() bool { return kept() == "HIGH 8 2026-01-31" })

	is.Equal(s.put(accepted), http.StatusCreated)
	is.Equal(kept(), "NONE 0 -") // in the same transaction
	_, err = conn.Exec(t.Context(), "DELETE FROM artefact_metadata WHERE type = 'rescorings'")
	is.NoErr(err)
	s.until("what others delete is noticed", func() bool { return kept() == "HIGH 8 2026-01-31" })
	config(t, dir, "findings.yaml", strings.ReplaceAll(judged, "30d", "31d"))
	s.until("the configuration is followed", func() bool { return kept() == "HIGH 8 2026-02-01" })
	_, text := s.get(s.metrics, "/metrics")
	is.True(strings.Contains(text, "odg_findings_unsettled 0"))
	is.True(strings.Contains(text, "odg_findings_settled_total "))
	config(t, dir, "findings.yaml", "[]\n")
	s.until("it is judged no more", func() bool { return kept() == "" })
}
