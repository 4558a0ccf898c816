package main

import (
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/client"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

const entryText = `{"artefact":{"component_name":"a"},"meta":{"datasource":"d","type":"t"},"data":{}}`

func TestServe(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := start(t, "--findings-cfg="+config(t, t.TempDir(), "findings.yaml", "[]\n"), "--max-workers=4", "--cache-dir=/tmp/none")
	c, err := client.New("http://"+s.api, client.Config{})
	is.NoErr(err)
	entry, err := metadata.ParseEntry([]byte(entryText))
	is.NoErr(err)
	is.NoErr(c.PutMetadata(t.Context(), []metadata.Entry{entry}))
	n := 0
	for _, err := range c.QueryMetadata(t.Context(), store.Query{}) {
		is.NoErr(err)
		n++
	}
	is.Equal(n, 1)

	_, text := s.get(s.metrics, "/metrics")
	is.True(strings.Contains(text, `requests_total{endpoint="/artefacts/metadata",method="PUT",status="201",user_agent="odg-client"} 1`))
	is.True(strings.Contains(text, "odg_config_reload_failed 0"))
	status, _ := s.get(s.api, "/metrics")
	is.Equal(status, 404) // the port of the API is open to browsers

	is.Equal(s.wait(), exitOK)
	for _, flag := range []string{"--max-workers", "--cache-dir"} {
		is.Equal(strings.Count(s.log(), `"flag":"`+flag+`"`), 1) // says once that it has no effect
	}
}

func TestMetricsWhereTheyWere(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := start(t, "--samples", "--serve-metrics")
	status, text := s.get(s.api, "/metrics")
	is.Equal(status, 200)
	is.True(strings.Contains(text, "odg_config_loads_total"))
}

func TestLogHasNoTokens(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := start(t, "--samples")
	s.get(s.api, "/auth?code=hunter2")
	is.Equal(s.wait(), exitOK)
	is.True(strings.Contains(s.log(), `"path":"/auth"`))
	is.True(!strings.Contains(s.log(), "hunter2"))
}
