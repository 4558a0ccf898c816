package github_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/scan/responsibles"
	"github.com/opendeliverygear/odg/scan/responsibles/github"
	"github.com/opendeliverygear/odg/worker"
)

// hub is a GitHub server with one organisation.
type hub struct {
	*httptest.Server
	asked atomic.Int64
	down  atomic.Int64 // status that it answers; 0 means that it is up
	limit atomic.Bool
}

func newHub(t *testing.T, members int) *hub {
	t.Helper()
	h := &hub{}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.asked.Add(1)
		switch status := int(h.down.Load()); {
		case h.limit.Load():
			w.Header().Set("X-RateLimit-Remaining", "0")
			w.WriteHeader(http.StatusForbidden)
		case status == http.StatusFound:
			http.Redirect(w, r, "/elsewhere", status)
		case status != 0:
			w.WriteHeader(status)
			_, _ = w.Write([]byte(`[{}]`))
		case r.Header.Get("Authorization") != "Bearer secret":
			w.WriteHeader(http.StatusUnauthorized)
		case r.URL.EscapedPath() != "/api/v3/orgs/acme/teams/web%20team/members":
			w.WriteHeader(http.StatusNotFound)
		default:
			page, _ := strconv.Atoi(r.URL.Query().Get("page"))
			list := []map[string]string{}
			for i := (page - 1) * 100; i < min(page*100, members); i++ {
				list = append(list, map[string]string{"login": fmt.Sprint("user", i)})
			}
			_ = json.NewEncoder(w).Encode(list)
		}
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *hub) team() responsibles.Team {
	u, _ := url.Parse(h.URL)
	return responsibles.Team{Hostname: u.Hostname(), Name: "acme/web team"}
}

func (h *hub) teams(t *testing.T, cfg github.Config) *github.Teams {
	t.Helper()
	teams, err := github.New([]github.Credential{{APIURL: h.URL + "/api/v3/", Token: "secret"}}, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return teams
}

func TestMembers(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 99, 100, 101, 250} {
		is := is.New(t)
		h := newHub(t, n)
		members, err := h.teams(t, github.Config{}).Members(t.Context(), h.team())
		is.NoErr(err)
		is.Equal(len(members), n)
		if n > 0 {
			is.Equal(members[n-1], fmt.Sprint("user", n-1))
		}
	}
}

func TestMembersAreRemembered(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	h := newHub(t, 3)
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	teams := h.teams(t, github.Config{Now: func() time.Time { return now }})
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { _, _ = teams.Members(context.Background(), h.team()) })
	}
	all.Wait()
	is.Equal(h.asked.Load(), int64(1)) // all others waited for the answer
	now = now.Add(github.DefaultRemember)
	h.down.Store(500)
	_, err := teams.Members(t.Context(), h.team())
	is.Equal(err.Error(), "the server answers 500 Internal Server Error")
	is.True(!errors.Is(err, worker.ErrPermanent))
	h.down.Store(0)
	members, err := teams.Members(t.Context(), h.team()) // a failure is not remembered
	is.NoErr(err)
	is.Equal(len(members), 3)
}

func TestServersThatDoNotTell(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	h := newHub(t, 3)
	teams := h.teams(t, github.Config{Remember: -1})
	ask := func(name string) error {
		team := h.team()
		team.Name = name
		_, err := teams.Members(t.Context(), team)
		return err
	}
	for name, want := range map[string]string{
		"acme/none": "there is no such team, or the token may not see it", "acme": `"acme" is no team; write ORGANISATION/TEAM`,
		"/x": `"/x" is no team; write ORGANISATION/TEAM`, "a/b/c": `"a/b/c" is no team; write ORGANISATION/TEAM`,
	} {
		err := ask(name)
		is.Equal(err.Error(), want)
		is.True(errors.Is(err, worker.ErrPermanent))
	}
	_, err := teams.Members(t.Context(), responsibles.Team{Hostname: "ghe.acme.org", Name: "acme/web"})
	is.Equal(err.Error(), "there is no secret of type github for ghe.acme.org")

	h.limit.Store(true)
	err = ask("acme/web team")
	is.Equal(err.Error(), "the server answers 403 Forbidden: too many requests for now")
	is.True(!errors.Is(err, worker.ErrPermanent))
	h.limit.Store(false)
	h.down.Store(http.StatusFound)
	is.Equal(ask("acme/web team").Error(), "the server answers 302 Found") // the token goes nowhere else
	h.down.Store(http.StatusOK)
	is.True(strings.HasSuffix(ask("acme/web team").Error(), "a member has no login"))
	h.Close()
	is.True(ask("acme/web team") != nil)
}

func TestTeamsWithoutEnd(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	h := newHub(t, 1_000_000)
	_, err := h.teams(t, github.Config{}).Members(t.Context(), h.team())
	is.Equal(err.Error(), "it has more than 10000 members")
	is.Equal(h.asked.Load(), int64(100))
}

func TestCredentialThatFits(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	h := newHub(t, 1)
	pattern, err := findingcfg.ParsePattern(`127\.0\.0\.1/acme/.*`)
	is.NoErr(err)
	teams, err := github.New([]github.Credential{
		{APIURL: h.URL + "/api/v3", Token: "of another organisation"}, {APIURL: h.URL + "/api/v3", Token: "secret", RepoURLs: []findingcfg.Pattern{pattern}},
	}, github.Config{})
	is.NoErr(err)
	_, err = teams.Members(t.Context(), h.team())
	is.NoErr(err)
	_, err = github.New([]github.Credential{{APIURL: "nonsense", Token: "x"}}, github.Config{})
	is.True(err != nil)
	is.True(!strings.Contains(err.Error(), "nonsense"))
}

func TestSecrets(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	list, err := github.ReadSecrets(fstest.MapFS{
		"a":               file(`{api_url: "https://api.github.com", http_url: "https://github.com", username: bot, auth_token: t1, repo_urls: [github.com/acme/.*], tls_verify: true}`),
		"b.yaml":          file(`{api_url: "https://ghe.acme.org/api/v3", auth_token: t2, tls_verify: false}`),
		"c.template.yaml": file(`{`),
		"..data":          file(`{`),
		"folder/d":        file(`{`),
	})
	is.NoErr(err)
	is.Equal(len(list), 2)
	is.Equal(list[0].Token, "t1")
	is.Equal(len(list[0].RepoURLs), 1)
	is.Equal(list[1].APIURL, "https://ghe.acme.org/api/v3")
	is.True(list[1].Insecure && !list[0].Insecure)

	for text, want := range map[string]string{
		`[s3cret]`:            "secret github/x: want a mapping with api_url, auth_token and repo_urls",
		`{auth_token: s3cret`: "secret github/x: want a mapping with api_url, auth_token and repo_urls",
		`{api_url: "https://api.github.com", auth_token: null}`:                               "secret github/x: want a mapping with api_url, auth_token and repo_urls",
		`{api_url: "https://api.github.com", auth_token: s3cret, repo_urls: ["(?<=s3)cret"]}`: "secret github/x: repo_urls[0]: ",
	} {
		_, err := github.ReadSecrets(fstest.MapFS{"x": file(text)})
		is.True(err != nil)
		is.True(strings.HasPrefix(err.Error(), want))
		is.True(!strings.Contains(err.Error(), "auth_token: s3cret"))
	}
	list, err = github.ReadSecrets(none{})
	is.NoErr(err)
	is.Equal(len(list), 0)
}

// none is a folder that is not there.
type none struct{}

func (none) Open(string) (fs.File, error) { return nil, fs.ErrNotExist }

func TestOpen(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	h := newHub(t, 2)
	dir := t.TempDir()
	is.NoErr(os.MkdirAll(filepath.Join(dir, "github"), 0o700))
	secret := filepath.Join(dir, "github", "hub")
	is.NoErr(os.WriteFile(secret, []byte(`{api_url: "`+h.URL+`/api/v3", auth_token: secret}`), 0o600))
	teams, err := github.Open(dir)
	is.NoErr(err)
	members, err := teams.Members(t.Context(), h.team())
	is.NoErr(err)
	is.Equal(members, []string{"user0", "user1"})
	is.NoErr(os.WriteFile(secret, []byte(`nonsense`), 0o600))
	_, err = github.Open(dir)
	is.True(err != nil)
}
