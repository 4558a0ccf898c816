package oci_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/oci"
)

// tokens is on another host than the registry. It is an address, so that nothing
// looks its name up.
const tokens = "203.0.113.7"

var basic = "Basic " + base64.StdEncoding.EncodeToString([]byte("me:secret"))

// watched remembers what hosts were told.
type watched struct {
	http.RoundTripper
	mu   sync.Mutex
	told map[string][]string // Authorization and what else holds secrets, by host
}

func (w *watched) RoundTrip(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	said := r.Header.Get("Authorization")
	if r.Body != nil {
		data, _ := io.ReadAll(r.Body)
		said += string(data)
		r.Body = io.NopCloser(strings.NewReader(string(data)))
	}
	if w.told == nil {
		w.told = map[string][]string{}
	}
	w.told[r.URL.Host] = append(w.told[r.URL.Host], said)
	w.mu.Unlock()
	return w.RoundTripper.RoundTrip(r)
}

func (w *watched) knows(host, secret string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Contains(strings.Join(w.told[host], "\n"), secret)
}

// tokenService gives a token to who knows the password, and another to the rest.
func tokenService() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token := "anonymous"
		if body, _ := io.ReadAll(r.Body); r.Header.Get("Authorization") == basic || strings.Contains(string(body), "refresh") {
			token = "mine"
		}
		reply(w, "application/json", fmt.Sprintf(`{"token":%q,"access_token":%q}`, token, token))
	})
}

// asking wants a token of a realm for all requests.
func asking(handler http.Handler, realm, token string) http.Handler {
	return altered(handler, func(w http.ResponseWriter, r *http.Request) bool {
		if r.Header.Get("Authorization") == "Bearer "+token {
			return false
		}
		w.Header().Set("Www-Authenticate", fmt.Sprintf(`Bearer realm=%q,service="registry"`, realm))
		w.WriteHeader(http.StatusUnauthorized)
		return true
	})
}

func mine(tokenHosts ...string) []oci.Credential {
	return []oci.Credential{{Username: "me", Password: "secret", Prefixes: []string{home}, TokenHosts: tokenHosts}}
}

func TestLogin(t *testing.T) {
	t.Parallel()
	docker := filepath.Join(t.TempDir(), "config.json")
	must(t, os.WriteFile(docker, []byte(fmt.Sprintf(`{"auths":{%q:{"auth":%q},"refreshing.example":{"identitytoken":"refresh"}},"credHelpers":{"x.example":"never-run"}}`,
		home, strings.TrimPrefix(basic, "Basic "))), 0o600))
	withRealm := func(realm, token string) network {
		servers := network{tokens: tokenService()}
		servers[home] = altered(asking(stocked(t, shop), realm, token), func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path != "/token" {
				return false
			}
			tokenService().ServeHTTP(w, r)
			return true
		})
		return servers
	}
	challenge := altered(stocked(t, shop), func(w http.ResponseWriter, r *http.Request) bool {
		if r.Header.Get("Authorization") == basic {
			return false
		}
		w.Header().Set("Www-Authenticate", `Basic realm="x"`)
		w.WriteHeader(http.StatusUnauthorized)
		return true
	})
	own, other := "https://"+home+"/token", "https://"+tokens+"/token"
	for name, test := range map[string]struct {
		servers network
		cfg     oci.Config
		wraps   error
		told    string // who must be told the password, beside the registry
	}{
		"password":                                 {servers: network{home: challenge}, cfg: oci.Config{Credentials: mine()}},
		"password of a Docker configuration":       {servers: network{home: challenge}, cfg: oci.Config{DockerConfig: docker}},
		"no password":                              {servers: network{home: challenge}, wraps: oci.ErrDenied},
		"token of the registry":                    {servers: withRealm(own, "mine"), cfg: oci.Config{Credentials: mine()}},
		"token for all":                            {servers: withRealm(own, "anonymous")},
		"token of another host for all":            {servers: withRealm(other, "anonymous"), cfg: oci.Config{Hosts: []string{tokens}, Credentials: mine()}},
		"token of another host":                    {servers: withRealm(other, "mine"), cfg: oci.Config{Hosts: []string{tokens}, Credentials: mine(tokens)}, told: tokens},
		"token of another host that is not told":   {servers: withRealm(other, "mine"), cfg: oci.Config{Hosts: []string{tokens}, Credentials: mine()}, wraps: oci.ErrDenied},
		"token of another host that is not listed": {servers: withRealm(other, "anonymous"), cfg: oci.Config{Credentials: mine()}, wraps: oci.ErrHost},
		"token without TLS":                        {servers: withRealm("http://"+home+"/token", "mine"), cfg: oci.Config{Credentials: mine()}, wraps: errAny},
		"token of a machine's own address":         {servers: withRealm("https://169.254.169.254/token", "mine"), cfg: oci.Config{Credentials: mine(), PublicHosts: true}, wraps: errAny},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			seen := &watched{RoundTripper: test.servers}
			_, err := at(t, seen, test.cfg).Descriptor(t.Context(), shop)
			if test.wraps == errAny {
				is.True(err != nil)
			} else {
				is.True(errors.Is(err, test.wraps))
			}
			for host := range seen.told {
				if host != home {
					is.Equal(seen.knows(host, basic), host == test.told) // who knows the password
				}
			}
			is.Equal(len(seen.told["169.254.169.254"]), 0)
			if err != nil {
				is.True(!strings.Contains(err.Error(), "secret"))
			}
		})
	}
}

var errAny = errors.New("any error")

// An identity token of a Docker configuration is sent in a body, and is as secret.
func TestIdentityToken(t *testing.T) {
	t.Parallel()
	docker := filepath.Join(t.TempDir(), "config.json")
	must(t, os.WriteFile(docker, []byte(`{"auths":{"`+home+`":{"identitytoken":"refresh"}}}`), 0o600))
	for realm, wraps := range map[string]error{"https://" + home + "/token": nil, "https://" + tokens + "/token": oci.ErrHost} {
		is := is.New(t)
		servers := network{tokens: tokenService()}
		servers[home] = altered(asking(stocked(t, shop), realm, "mine"), func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/token" {
				tokenService().ServeHTTP(w, r)
			}
			return r.URL.Path == "/token"
		})
		seen := &watched{RoundTripper: servers}
		_, err := at(t, seen, oci.Config{DockerConfig: docker, Hosts: []string{tokens}}).Descriptor(t.Context(), shop)
		is.True(errors.Is(err, wraps))
		is.True(!seen.knows(tokens, "refresh"))
	}
}

// The credential is the first that fits, with the fewest privileges, then the most
// prefixes, and only the host that is meant gets it.
func TestChoiceOfCredentials(t *testing.T) {
	t.Parallel()
	all := []oci.Credential{
		{Username: "admin", Password: "p", Privileges: "admin", Prefixes: []string{home, "a.example", "b.example"}},
		{Username: "one", Password: "p", Privileges: "readonly", Prefixes: []string{home + "/component-descriptors/acme.org/s"}},
		{Username: "two", Password: "p", Privileges: "readonly", Prefixes: []string{home + "/component-descriptors/acme.org/shop", "a.example"}},
		{Username: "other", Password: "p", Privileges: "readonly", Prefixes: []string{"registry.exampl", home + ":444", home + "/else", "x", "y", "z"}},
	}
	for _, test := range []struct {
		credentials []oci.Credential
		want        string
	}{{all, "two"}, {all[:2], "one"}, {all[:1], "admin"}, {all[3:], ""}, {nil, ""}} {
		is := is.New(t)
		got := ""
		server := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if user, _, ok := r.BasicAuth(); ok {
				got = user
			}
			w.Header().Set("Www-Authenticate", "Basic")
			w.WriteHeader(http.StatusUnauthorized)
		})
		_, err := at(t, network{home: server}, oci.Config{Credentials: test.credentials}).Descriptor(t.Context(), shop)
		is.True(errors.Is(err, oci.ErrDenied))
		is.Equal(got, test.want)
	}
}

func TestDockerConfigFaults(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	_, err := oci.New(oci.Config{DockerConfig: filepath.Join(t.TempDir(), "none")})
	is.True(errors.Is(err, os.ErrNotExist))
	broken := filepath.Join(t.TempDir(), "config.json")
	is.NoErr(os.WriteFile(broken, []byte("{"), 0o600))
	_, err = oci.New(oci.Config{DockerConfig: broken})
	is.True(err != nil)
	is.NoErr(os.WriteFile(broken, []byte(`{"auths":{"`+home+`":{"auth":"no base64"}}}`), 0o600))
	repo := at(t, network{}, oci.Config{DockerConfig: broken})
	_, err = repo.Descriptor(t.Context(), shop)
	is.True(err != nil)
	is.True(!errors.Is(err, component.ErrNotFound))
}
