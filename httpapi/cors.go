package httpapi

import (
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// cors lets browsers of allowed origins read answers, also those about errors.
// OPTIONS is answered for every path.
func (s *Server) cors(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		origin := r.Header.Get("Origin")
		allowed := origin != "" && s.allows(origin)
		w.Header().Add("Vary", "Origin")
		if allowed {
			w.Header().Set("Access-Control-Allow-Origin", origin)
			w.Header().Set("Access-Control-Allow-Credentials", "true")
		}
		if r.Method != http.MethodOptions {
			next.ServeHTTP(w, r)
			return
		}
		state(r).endpoint = "options"
		if method := r.Header.Get("Access-Control-Request-Method"); method != "" && allowed {
			headers := r.Header.Get("Access-Control-Request-Headers")
			if headers == "" {
				headers = "*"
			}
			w.Header().Set("Access-Control-Allow-Methods", method)
			w.Header().Set("Access-Control-Allow-Headers", headers)
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte("200: OK"))
	})
}

// allows tells if browsers may send requests for pages of an origin: those of this
// machine, of the configured origins, and of the site of the base URL.
func (s *Server) allows(origin string) bool {
	if slices.Contains(s.cfg.Origins, origin) {
		return true
	}
	from, err := url.Parse(origin)
	if err != nil || from.Host == "" || from.User != nil || from.Path != "" || from.Scheme != "http" && from.Scheme != "https" {
		return false
	}
	if isLocal(from.Hostname()) {
		return true
	}
	base, err := url.Parse(s.cfg.BaseURL)
	return err == nil && base.Host != "" && from.Scheme == base.Scheme && sameSite(from.Hostname(), base.Hostname())
}

func isLocal(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}

// sameSite tells if two hosts are the same, or belong to the same registrable domain
// (https://publicsuffix.org), as the UI and the API of an installation do. That is
// what browsers take for a site. Of a host without a domain there is no other.
func sameSite(a, b string) bool {
	a, b = strings.ToLower(a), strings.ToLower(b)
	if a == b {
		return true
	}
	if net.ParseIP(a) != nil || net.ParseIP(b) != nil {
		return false
	}
	siteA, errA := publicsuffix.EffectiveTLDPlusOne(a)
	siteB, errB := publicsuffix.EffectiveTLDPlusOne(b)
	return errA == nil && errB == nil && siteA == siteB
}
