package github

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/opendeliverygear/odg/scan/responsibles"
	"github.com/opendeliverygear/odg/worker"
)

// Defaults of a [Config].
const (
	DefaultRemember = time.Hour
	DefaultTimeout  = 30 * time.Second
)

// Limits of what a server may answer.
const (
	perPage      = 100
	maxPages     = 100
	maxPageBytes = 8 << 20
)

// Config says how servers are asked. The zero Config works.
type Config struct {
	// Remember is how long the members of a team are not asked for again;
	// [DefaultRemember] if 0, negative is not at all.
	Remember time.Duration
	// Timeout is that of one request; [DefaultTimeout] if 0.
	Timeout time.Duration
	// Now is the clock; nil means [time.Now].
	Now func() time.Time
}

// Teams knows who is in a team. It is safe for concurrent use: who asks for a team that
// is being asked for waits.
type Teams struct {
	cfg     Config
	servers []server

	mu    sync.Mutex
	known map[responsibles.Team]*answer
}

var _ responsibles.Teams = (*Teams)(nil)

// server is a server with a credential.
type server struct {
	Credential
	host   string
	client *http.Client
}

// answer is what is known of a team.
type answer struct {
	mu      sync.Mutex
	asked   time.Time // zero if it was not answered
	members []string
}

// New returns teams of the servers for which there are credentials.
func New(credentials []Credential, cfg Config) (*Teams, error) {
	if cfg.Remember == 0 {
		cfg.Remember = DefaultRemember
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = DefaultTimeout
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	t := &Teams{cfg: cfg, known: map[responsibles.Team]*answer{}}
	for i, c := range credentials {
		if c.hostname() == "" || c.Token == "" {
			return nil, fmt.Errorf("credential %d of GitHub: want an API URL and a token", i)
		}
		transport := http.DefaultTransport.(*http.Transport).Clone()
		transport.TLSClientConfig = &tls.Config{InsecureSkipVerify: c.Insecure} // whoever configures it says so
		t.servers = append(t.servers, server{c, c.hostname(), &http.Client{
			Transport: transport, Timeout: cfg.Timeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // the token is for this host alone
		}})
	}
	return t, nil
}

// Members implements [responsibles.Teams]. A team that is not there, or that the token may
// not see, or for which there is no credential, is an error that wraps
// [worker.ErrPermanent].
func (t *Teams) Members(ctx context.Context, team responsibles.Team) ([]string, error) {
	t.mu.Lock()
	known := t.known[team]
	if known == nil {
		known = &answer{}
		t.known[team] = known
	}
	t.mu.Unlock()
	known.mu.Lock()
	defer known.mu.Unlock()
	if !known.asked.IsZero() && t.cfg.Now().Sub(known.asked) < t.cfg.Remember {
		return known.members, nil
	}
	members, err := t.ask(ctx, team)
	if err != nil {
		return nil, err
	}
	known.members, known.asked = members, t.cfg.Now()
	return members, nil
}

// server returns the one with the credential that fits a team best, nil if there is none.
func (t *Teams) server(team responsibles.Team) *server {
	org, _, _ := strings.Cut(team.Name, "/")
	host := strings.ToLower(team.Hostname)
	var best *server
	most := -1
	for i := range t.servers {
		if s := &t.servers[i]; s.host == host && s.fits(host+"/"+org) > most {
			best, most = s, s.fits(host+"/"+org)
		}
	}
	return best
}

func (t *Teams) ask(ctx context.Context, team responsibles.Team) ([]string, error) {
	org, name, ok := strings.Cut(team.Name, "/")
	if !ok || org == "" || name == "" || strings.Contains(name, "/") {
		return nil, worker.Permanent(fmt.Errorf("%q is no team; write ORGANISATION/TEAM", team.Name))
	}
	s := t.server(team)
	if s == nil {
		return nil, worker.Permanent(fmt.Errorf("there is no secret of type github for %s", team.Hostname))
	}
	members := []string{}
	for page := 1; page <= maxPages; page++ {
		some, err := s.page(ctx, org, name, page)
		if err != nil {
			return nil, err
		}
		members = append(members, some...)
		if len(some) < perPage {
			return members, nil
		}
	}
	return nil, worker.Permanent(fmt.Errorf("it has more than %d members", maxPages*perPage))
}

// page asks for some members.
func (s *server) page(ctx context.Context, org, name string, page int) ([]string, error) {
	target := fmt.Sprintf("%s/orgs/%s/teams/%s/members?per_page=%d&page=%d",
		strings.TrimSuffix(s.APIURL, "/"), url.PathEscape(org), url.PathEscape(name), perPage, page)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return nil, worker.Permanent(err)
	}
	req.Header.Set("Accept", "application/vnd.github+json")
	req.Header.Set("X-GitHub-Api-Version", "2022-11-28")
	req.Header.Set("Authorization", "Bearer "+s.Token)
	resp, err := s.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }() // it was only read
	if err := refusal(resp); err != nil {
		return nil, err
	}
	var members []struct {
		Login string `json:"login"`
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxPageBytes)).Decode(&members); err != nil {
		return nil, fmt.Errorf("read answer of %s: %w", s.host, err)
	}
	logins := make([]string, len(members))
	for i, m := range members {
		if logins[i] = m.Login; m.Login == "" {
			return nil, fmt.Errorf("read answer of %s: a member has no login", s.host)
		}
	}
	return logins, nil
}

// refusal is why a server does not tell, nil if it does.
func refusal(resp *http.Response) error {
	switch {
	case resp.StatusCode == http.StatusOK:
		return nil
	case resp.StatusCode == http.StatusNotFound:
		return worker.Permanent(errors.New("there is no such team, or the token may not see it"))
	case resp.Header.Get("X-Ratelimit-Remaining") == "0" || resp.Header.Get("Retry-After") != "":
		return fmt.Errorf("the server answers %s: too many requests for now", resp.Status)
	}
	return fmt.Errorf("the server answers %s", resp.Status)
}
