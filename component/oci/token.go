package oci

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
)

// tokenRealm is where a token is to be had (RFC 6750).
var tokenRealm = regexp.MustCompile(`(?i)\brealm=(?:"([^"\\]*)"|([^",\s]*))`)

// challenged refuses token services that must not be contacted before anybody looks
// up their names, and makes those that are configured acceptable, see reachable.
func (g guard) challenged(response *http.Response, err error) (*http.Response, error) {
	if err != nil || response.StatusCode != http.StatusUnauthorized {
		return response, err
	}
	challenge := response.Header.Get("Www-Authenticate")
	found := tokenRealm.FindStringSubmatchIndex(challenge)
	if found == nil || found[2] < 0 {
		return response, nil
	}
	realm, err := url.Parse(challenge[found[2]:found[3]])
	if err != nil || realm.Host == "" {
		return response, nil // of a password, or one that the library refuses
	}
	if err := g.allowed.host(hostPort(realm)); err != nil {
		discard(response.Body)
		return nil, fmt.Errorf("token service: %w", err)
	}
	response.Header.Set("Www-Authenticate", challenge[:found[2]]+g.reachable(realm).String()+challenge[found[3]:])
	return response, nil
}

// reachable returns the URL under which the library asks a token service. It refuses
// all with private addresses, as those of companies have, but for the registry itself.
// So one that is configured has the name of the registry, and its own in the fragment,
// for atService. Addresses are still looked at when they are dialled, and who is told
// the secret is decided by the true name.
func (g guard) reachable(service *url.URL) *url.URL {
	through := *service
	through.Fragment, through.RawFragment = "", ""
	if host := hostPort(service); host != g.registry && matches(g.allowed.hosts, host) {
		through.Host, through.Fragment = g.registry, service.Host
	}
	return &through
}

// atService sends a request to the token service in the fragment of its URL.
func (g guard) atService(request *http.Request) (*http.Response, error) {
	request = request.Clone(request.Context())
	request.Host, request.URL.Host = request.URL.Fragment, request.URL.Fragment
	request.URL.Fragment, request.URL.RawFragment = "", ""
	response, err := g.send(request)
	if err != nil || response.Header.Get("Location") == "" {
		return response, err
	}
	if next, err := request.URL.Parse(response.Header.Get("Location")); err == nil {
		response.Header.Set("Location", g.reachable(next).String())
	}
	return response, nil
}
