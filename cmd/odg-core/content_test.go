package main

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/internal/pgtest"
)

const quickstart = "../../examples/quickstart/delivery.tgz"

func TestComponentsOfArchives(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := start(t, "--samples", "--ocm-repository="+quickstart, "--ocm-repository="+quickstart)
	_, versions := s.get(s.api, "/ocm/component/versions?component_name=example.org/shop")
	is.True(strings.HasPrefix(versions, "["))
	is.Equal(strings.Count(versions, "2026.11.0"), 1) // both archives have it
	status, _ := s.get(s.api, "/ocm/component?component_name=example.org/shop&version=2026.11.0")
	is.Equal(status, 200)
	status, _ = s.get(s.api, "/ocm/component?component_name=example.org/shop&version=1")
	is.Equal(status, 404)
}

func TestSprints(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		features, sprints string
		has, hasNot       string
	}{
		"none":          {"{}\n", "", `{"sprints":[]}`, "name"},
		"of a list":     {"{}\n", "sprints: [{name: a, end_date: 2026-12-01}]\n", `"name":"a"`, "2513"},
		"of a rule":     {"sprints: {sprint_name_pattern: 'x%y%S%C'}\n", "sprints: [{name: a, end_date: 2026-12-01}]\n", `"name":"x2501a"`, `"name":"a"`},
		"of a far file": {"sprints: {repoUrl: github.com/acme/sprints, sprintsRelpath: sprints.yaml}\n", "sprints: [{name: a, end_date: 2026-12-01}]\n", `"name":"a"`, "2513"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			dir := t.TempDir()
			args := []string{"--samples", "--features-cfg=" + config(t, dir, "features.yaml", tc.features)}
			if tc.sprints != "" {
				args = append(args, "--sprints="+config(t, dir, "sprints.yaml", tc.sprints))
			}
			s := start(t, args...)
			_, sprints := s.get(s.api, "/delivery/sprint-infos")
			is.True(strings.Contains(sprints, tc.has))
			is.True(!strings.Contains(sprints, tc.hasNot))
			is.Equal(strings.Contains(s.log(), "mount the list"), name == "of a far file")
		})
	}
}

// Who accepts that there is no login may swap the image.
func TestShortcutAuth(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	dir := secretTree(t, map[string]string{"oauth-cfg/a": "x", "signing-cfg/a": "x"})
	s := start(t, "--samples", "--shortcut-auth", "--secret-factory-path="+dir)
	is.True(strings.Contains(s.log(), "serving without the login"))
	status, _ := s.get(s.api, "/ready")
	is.Equal(status, 200)
}

// A request that gets no connection to the database in time is to come again.
func TestBusyDatabase(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	url := pgtest.URL(t)
	s := start(t, "--samples", "--max-connections=2", "--delivery-db-url="+url)
	other, err := pgx.Connect(t.Context(), url)
	is.NoErr(err)
	defer func() { _ = other.Close(context.WithoutCancel(t.Context())) }()
	_, err = other.Exec(t.Context(), "BEGIN; LOCK TABLE artefact_metadata IN ACCESS EXCLUSIVE MODE")
	is.NoErr(err)

	query := func() *http.Response {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+s.api+"/artefacts/metadata/query", strings.NewReader("{}"))
		if err != nil {
			t.Error(err)
			return nil
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Error(err)
			return nil
		}
		_ = resp.Body.Close()
		return resp
	}
	answers := make(chan *http.Response, 3)
	for range 3 { // two of them have a connection, and wait for the table
		go func() { answers <- query() }()
	}
	select {
	case refused := <-answers:
		is.Equal(refused.StatusCode, http.StatusServiceUnavailable)
		is.True(refused.Header.Get("Retry-After") != "")
	case <-time.After(30 * time.Second):
		t.Fatal("no answer in time")
	}
	_, err = other.Exec(t.Context(), "ROLLBACK")
	is.NoErr(err)
	is.Equal((<-answers).StatusCode, http.StatusOK)
	is.Equal((<-answers).StatusCode, http.StatusOK)
	is.Equal(query().StatusCode, http.StatusOK)
}
