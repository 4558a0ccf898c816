package oci

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"

	"oras.land/oras-go/v2/registry/remote/auth"
)

// A Client reads from the registries that its configuration allows. Make one with
// [New]. It is safe for concurrent use.
type Client struct {
	cfg     Config
	allowed access
	secrets secrets
	http    http.RoundTripper

	mu sync.Mutex
	// logins are per host and secret, so that no token serves where it should not.
	logins map[account]*login
}

// account is who we are at a host.
type account struct{ host, username, password, token string }

// maxTokens is about how many tokens of an account are remembered: registries give
// one for each OCI repository.
const maxTokens = 4096

// login sends requests as an account. Its client remembers tokens, and forgets none,
// so it is replaced when it was used for too many repositories.
type login struct {
	client       *auth.Client
	repositories map[string]struct{}
}

// New returns a client. The error tells what is wrong with cfg, or that its Docker
// configuration cannot be read. New sends nothing.
func New(cfg Config) (*Client, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("configuration of OCI registries: %w", err)
	}
	cfg = cfg.withDefaults()
	secrets, err := newSecrets(cfg)
	if err != nil {
		return nil, err
	}
	allowed := access{hosts: cfg.Hosts, public: cfg.PublicHosts, networks: cfg.Networks}
	return &Client{
		cfg: cfg, allowed: allowed, secrets: secrets, logins: map[account]*login{},
		http: retrying{&limiter{
			next: newTransport(cfg, allowed), allowed: allowed, parallel: cfg.Parallel, slots: map[string]chan struct{}{},
		}, cfg.Retries, cfg.MaxWait},
	}, nil
}

// Open returns the OCM repository at location, see [ParseLocation]. Its host is
// trusted as if cfg.Hosts had it. Open sends nothing.
func Open(location string, cfg Config) (*Repository, error) {
	l, err := ParseLocation(location)
	if err != nil {
		return nil, err
	}
	cfg.Hosts = append(slices.Clone(cfg.Hosts), l.Host)
	client, err := New(cfg)
	if err != nil {
		return nil, err
	}
	return client.Repository(l)
}

// Repository returns the OCM repository at a location. The error wraps [ErrHost] if
// its host is not allowed. Repository sends nothing.
func (c *Client) Repository(l Location) (*Repository, error) {
	if err := l.Validate(); err != nil {
		return nil, fmt.Errorf("OCM repository: %w", err)
	}
	if err := c.allowed.host(hostPort(&url.URL{Scheme: l.scheme(), Host: contacted(l.Host)})); err != nil {
		return nil, fmt.Errorf("OCM repository %s: %w", l, err)
	}
	return &Repository{client: c, location: l}, nil
}

// as returns the client for requests to an OCI repository, which logs in when the
// registry asks for it.
func (c *Client) as(ctx context.Context, p place) (client *auth.Client, known bool, err error) {
	secret, err := c.secrets.find(ctx, p.host, p.repository)
	if err != nil {
		return nil, false, err
	}
	who := account{p.scheme + p.host, secret.Username, secret.Password, secret.RefreshToken + secret.AccessToken}
	c.mu.Lock()
	defer c.mu.Unlock()
	l := c.logins[who]
	if l == nil || len(l.repositories) >= maxTokens {
		l = &login{client: c.newLogin(p, secret), repositories: map[string]struct{}{}}
		c.logins[who] = l
	}
	l.repositories[p.repository] = struct{}{}
	return l.client, secret.Credential != auth.EmptyCredential, nil
}

func (c *Client) newLogin(p place, s secret) *auth.Client {
	registry := hostPort(p.url("", ""))
	return &auth.Client{
		Client:     &http.Client{Transport: guard{c.http, registry, s.tokenHosts, c.allowed}, CheckRedirect: checkRedirect},
		Credential: auth.StaticCredential(p.host, s.Credential),
		Cache:      auth.NewCache(), ClientID: "odg",
		Header: http.Header{"User-Agent": {"odg"}},
	}
}

// send sends a request and returns the answer if it is what was asked for. The
// caller closes its body.
func (c *Client) send(ctx context.Context, method string, p place, u *url.URL, accept string) (*http.Response, error) {
	client, known, err := c.as(ctx, p)
	if err != nil {
		return nil, err
	}
	ctx = auth.WithScopesForHost(ctx, p.host, auth.ScopeRepository(p.repository, auth.ActionPull))
	request, err := http.NewRequestWithContext(ctx, method, u.String(), nil)
	if err != nil {
		return nil, err
	}
	if accept != "" {
		request.Header.Set("Accept", accept)
	}
	response, err := client.Do(request)
	switch {
	case errors.Is(err, auth.ErrBasicCredentialNotFound):
		return nil, denied(&StatusError{Request: u.Host + u.Path, Status: http.StatusUnauthorized}, false)
	case err != nil:
		return nil, plain(err, u)
	case response.StatusCode != http.StatusOK:
		return nil, denied(statusError(response, u), known)
	}
	return response, nil
}
