package oci_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component/oci"
)

// TestTokenServices of companies have private addresses, which is no reason to refuse
// them if they are configured. They are told what they may know under whatever name.
func TestTokenServices(t *testing.T) {
	t.Parallel()
	const inner, other = "10.0.0.7:5001", "10.0.0.8"
	redirecting := func(target string) http.Handler {
		return altered(tokenService(), func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/token" {
				http.Redirect(w, r, target, http.StatusTemporaryRedirect)
			}
			return r.URL.Path == "/token"
		})
	}
	for name, test := range map[string]struct {
		realm string
		token string // that the registry wants
		inner http.Handler
		cfg   oci.Config
		wraps error
		told  []string // the password, besides the registry
	}{
		"for all":                     {token: "anonymous", cfg: oci.Config{Hosts: []string{inner}}},
		"that is told":                {token: "mine", cfg: oci.Config{Hosts: []string{inner}, TokenHosts: []string{inner}}, told: []string{inner}},
		"that is not":                 {token: "mine", cfg: oci.Config{Hosts: []string{inner}, TokenHosts: []string{other}}, wraps: oci.ErrDenied},
		"that is not listed":          {token: "anonymous", cfg: oci.Config{}, wraps: oci.ErrHost},
		"that is not listed for all":  {token: "anonymous", cfg: oci.Config{PublicHosts: true}, wraps: errAny},
		"that is told by name only":   {token: "mine", cfg: oci.Config{Hosts: []string{"10.0.0.7"}, TokenHosts: []string{"10.0.0.7"}}, told: []string{inner}},
		"without TLS":                 {realm: "http://" + inner + "/token", token: "anonymous", cfg: oci.Config{Hosts: []string{inner}}, wraps: errAny},
		"in the fragment":             {realm: "https://" + home + "/token#" + inner, token: "mine", cfg: oci.Config{TokenHosts: []string{inner}}, wraps: errAny},
		"that moved":                  {token: "mine", inner: redirecting("/moved"), cfg: oci.Config{Hosts: []string{inner}, TokenHosts: []string{inner}}, told: []string{inner}},
		"that sends to another":       {token: "anonymous", inner: redirecting("https://" + other + "/t"), cfg: oci.Config{Hosts: []string{inner, other}, TokenHosts: []string{inner}}, told: []string{inner}},
		"that sends to one not known": {token: "anonymous", inner: redirecting("https://" + other + "/t"), cfg: oci.Config{Hosts: []string{inner}, TokenHosts: []string{inner}}, wraps: errAny, told: []string{inner}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			if test.inner == nil {
				test.inner = tokenService()
			}
			if test.realm == "" {
				test.realm = "https://" + inner + "/token?a=b,c"
			}
			seen := &watched{RoundTripper: network{home: asking(stocked(t, shop), test.realm, test.token), inner: test.inner, other: tokenService()}}
			test.cfg.Credentials, test.cfg.Retries = mine(), -1
			_, err := at(t, seen, test.cfg).Descriptor(t.Context(), shop)
			if test.wraps == errAny {
				is.True(err != nil)
			} else {
				is.True(errors.Is(err, test.wraps))
			}
			for _, host := range []string{inner, other} {
				is.Equal(seen.knows(host, basic), strings.Contains(strings.Join(test.told, " "), host)) // who knows the password
			}
		})
	}
}
