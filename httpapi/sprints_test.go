package httpapi_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/sprint"
)

func TestSprintInfos(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	rec := ask(uiServer(t), "GET", "/delivery/sprint-infos", "")
	is.Equal(rec.Code, http.StatusOK)
	var answer struct{ Sprints []map[string]any }
	is.NoErr(json.Unmarshal(rec.Body.Bytes(), &answer))
	first, last := answer.Sprints[0], answer.Sprints[len(answer.Sprints)-1]
	is.Equal(first["name"], "2711b") // the newest first
	is.Equal(cmp.Diff(map[string]any{"name": "2413a", "finding_due_date_offset_name": "end_date", "dates": []any{
		map[string]any{"name": "end_date", "display_name": "End Date", "value": "2025-01-08"},
		map[string]any{"name": "release_decision", "display_name": "Release Decision", "value": "2025-01-07"},
	}}, last), "")
	is.Equal(ask(newAPI(httpapi.Config{}), "GET", "/delivery/sprint-infos", "").Body.String(), `{"sprints":[]}`)
}

func TestCurrentSprint(t *testing.T) {
	t.Parallel()
	server := uiServer(t)
	for query, c := range map[string]struct {
		status int
		want   string // the name, or the text of the error
	}{
		"":                                {200, "2611b"},
		"?offset=":                        {400, "Invalid offset"},
		"?offset=0":                       {200, "2611b"},
		"?offset=1":                       {200, "2612a"},
		"?offset=-1&offset=7":             {200, "2611a"}, // the first counts
		"?offset=%2B1":                    {200, "2612a"},
		"?offset=%201":                    {200, "2612a"},
		"?offset=1.5":                     {400, "Invalid offset"},
		"?offset=one":                     {400, "Invalid offset"},
		"?offset=99999999999999999999999": {200, "2711b"}, // not beyond the last
		"?offset=-99999999999999999999":   {200, "2413a"}, // nor the first
		"?before=2025-02-05":              {200, "2501a"},
		"?before=2025-02-06T00:00:00":     {200, "2501b"},
		"?before=2025-02-06&offset=-1":    {200, "2501a"},
		"?before=":                        {200, "2611b"},
		"?before=9999-12-31":              {200, "2711b"},
		"?before=0001-01-01":              {200, "2413a"},
		"?before=soon":                    {400, "Invalid date format"},
	} {
		t.Run(query, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			rec := ask(server, "GET", "/delivery/sprint-infos/current"+query, "")
			is.Equal(rec.Code, c.status)
			if c.status != http.StatusOK {
				is.Equal(rec.Body.String(), c.want)
				return
			}
			var got sprint.Sprint
			is.NoErr(json.Unmarshal(rec.Body.Bytes(), &got))
			is.Equal(got.Name, c.want)
		})
	}
}

func TestNoCurrentSprint(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	now := func() time.Time { return time.Date(2026, 11, 21, 23, 30, 0, 0, time.FixedZone("", -3600)) }
	rec := ask(newAPI(httpapi.Config{Now: now}), "GET", "/delivery/sprint-infos/current", "")
	is.Equal(rec.Code, http.StatusBadRequest)
	is.Equal(rec.Body.String(), "No sprint found for 2026-11-22") // UTC
}

// TestSprintsMoveOn: the sprints of a server that runs for long are not those of
// the day on which it was started.
func TestSprintsMoveOn(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	rule := sprint.DefaultRule("%y%S%C")
	now := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	server := newAPI(httpapi.Config{Sprints: &sprint.Config{Rule: &rule}, Now: func() time.Time { return now }})
	for _, want := range []string{"2611b", "2811b"} {
		var got sprint.Sprint
		is.NoErr(json.Unmarshal(ask(server, "GET", "/delivery/sprint-infos/current", "").Body.Bytes(), &got))
		is.Equal(got.Name, want)
		now = now.AddDate(2, 0, 0)
	}
}
