package httpapi_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/httpapi"
)

func TestMetrics(t *testing.T) {
	t.Parallel()
	api := newAPI(httpapi.Config{})
	for _, agent := range []string{
		"Mozilla/5.0 (X11; Linux x86_64)", "odg-client", "python-requests/2.32.3", "Python/3.13 aiohttp/3.11.18", "kube-probe/1.31",
		"sqlmap/1.8 \"}{", "yet-another/1", "",
	} {
		ask(api, "GET", "/ready", "", "User-Agent", agent)
	}
	ask(api, "PUT", "/artefacts/metadata?token=x", `{`, "User-Agent", "curl/8.5.0")
	ask(api, "BREW", "/coffee/of/many", "", "User-Agent", "Prometheus/2.53")
	rec := httptest.NewRecorder()
	api.Metrics().ServeHTTP(rec, httptest.NewRequest("GET", "/metrics", nil))
	text := rec.Body.String()
	for _, line := range []string{
		`requests_total{endpoint="/ready",method="GET",status="200",user_agent="browser"} 1`,
		`requests_total{endpoint="/ready",method="GET",status="200",user_agent="odg-client"} 1`,
		`requests_total{endpoint="/ready",method="GET",status="200",user_agent="python-requests"} 1`,
		`requests_total{endpoint="/ready",method="GET",status="200",user_agent="python"} 1`,
		`requests_total{endpoint="/ready",method="GET",status="200",user_agent="kube-probe"} 1`,
		`requests_total{endpoint="/ready",method="GET",status="200",user_agent="none"} 1`,
		`requests_total{endpoint="/ready",method="GET",status="200",user_agent="other"} 2`, // however many there are
		`requests_total{endpoint="/artefacts/metadata",method="PUT",status="400",user_agent="curl"} 1`,
		`requests_total{endpoint="unmatched",method="other",status="404",user_agent="Prometheus"} 1`,
		`requests_concurrency{endpoint="/ready",method="GET"} 0`,
		`requests_concurrency{endpoint="/artefacts/metadata",method="PUT"} 0`,
		`request_latency_seconds_count{endpoint="/ready",method="GET"} 8`,
	} {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("%s is missing in\n%s", line, text)
		}
	}
	is.New(t).True(!strings.Contains(text, "coffee") && !strings.Contains(text, "sqlmap")) // nothing that a client made up
}

// Requests that are under way are counted by endpoint, also when they fail.
func TestConcurrency(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	api := httpapi.New(faulty{}, httpapi.Config{ServeMetrics: true})
	is.Equal(ask(api, "DELETE", "/artefacts/metadata", `{"entries":[`+entryText+`]}`).Code, 500) // it panics
	text := ask(api, "GET", "/metrics", "").Body.String()
	is.True(strings.Contains(text, `requests_concurrency{endpoint="/artefacts/metadata",method="DELETE"} 0`))
	is.True(strings.Contains(text, `requests_concurrency{endpoint="/metrics",method="GET"} 1`))
}
