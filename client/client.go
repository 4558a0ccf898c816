package client

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/opendeliverygear/odg/metadata"
)

// Client is an ODG Core that is somewhere else. It is safe for concurrent use.
type Client struct {
	base string
	cfg  Config
}

// Defaults of [Config].
const (
	DefaultAttempts      = 5
	DefaultBackoff       = 200 * time.Millisecond
	DefaultMaxBackoff    = 30 * time.Second
	DefaultMaxEntryBytes = 64 << 20
	DefaultMaxBodyBytes  = 64 << 20
)

// Config says how a client behaves. The zero Config works.
type Config struct {
	// HTTP sends the requests; nil means one whose connections time out and whose
	// answers may take as long as their context allows. Its transport is the place
	// for credentials.
	HTTP *http.Client

	// Types knows the payloads; nil means [metadata.BuiltinTypes].
	Types *metadata.Types

	// Attempts is how often a request is sent at most; [DefaultAttempts] if 0.
	Attempts int

	// Backoff is the longest pause before the second attempt. It doubles with each
	// one up to MaxBackoff; the pause is a random part of it, at least half.
	// [DefaultBackoff] and [DefaultMaxBackoff] if 0.
	Backoff, MaxBackoff time.Duration

	// MaxEntryBytes limits an entry, MaxBodyBytes an answer that is not streamed;
	// [DefaultMaxEntryBytes] and [DefaultMaxBodyBytes] if 0.
	MaxEntryBytes, MaxBodyBytes int
}

// New returns a client of the server at an http or https URL.
func New(baseURL string, cfg Config) (*Client, error) {
	base, err := url.Parse(baseURL)
	if err != nil {
		return nil, fmt.Errorf("base URL: %w", err)
	}
	if base.Scheme != "http" && base.Scheme != "https" || base.Host == "" {
		return nil, fmt.Errorf("base URL %q: want one such as https://odg.example.org", base.Redacted())
	}
	if base.RawQuery != "" || base.Fragment != "" {
		return nil, errors.New("base URL: it may have neither a query nor a fragment")
	}
	return &Client{strings.TrimSuffix(base.String(), "/"), cfg.withDefaults()}, nil
}

func (c Config) withDefaults() Config {
	if c.HTTP == nil {
		transport := http.DefaultTransport.(*http.Transport).Clone()
		transport.ResponseHeaderTimeout = 2 * time.Minute
		c.HTTP = &http.Client{Transport: transport}
	}
	if c.Types == nil {
		c.Types = metadata.BuiltinTypes()
	}
	c.Attempts = orDefault(c.Attempts, DefaultAttempts)
	c.Backoff = orDefault(c.Backoff, DefaultBackoff)
	c.MaxBackoff = orDefault(c.MaxBackoff, DefaultMaxBackoff)
	c.MaxEntryBytes = orDefault(c.MaxEntryBytes, DefaultMaxEntryBytes)
	c.MaxBodyBytes = orDefault(c.MaxBodyBytes, DefaultMaxBodyBytes)
	return c
}

func orDefault[T int | time.Duration](value, otherwise T) T {
	if value == 0 {
		return otherwise
	}
	return value
}
