package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/client"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

func TestServe(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	dir := t.TempDir()
	findings := filepath.Join(dir, "findings.yaml")
	is.NoErr(os.WriteFile(findings, []byte("[]\n"), 0o600))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	logs, writer := io.Pipe()
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, []string{
			"--port=0", "--metrics-port=0", "--findings-cfg=" + findings,
			"--delivery-db-url=sqlite:" + filepath.Join(dir, "odg.db"),
		}, io.Discard, writer)
		_ = writer.Close()
	}()
	addresses := map[string]string{}
	lines := bufio.NewScanner(logs)
	for len(addresses) < 2 && lines.Scan() {
		var line struct{ Serves, Address string }
		is.NoErr(json.Unmarshal(lines.Bytes(), &line))
		addresses[line.Serves] = line.Address
	}
	go func() {
		for lines.Scan() { // whoever logs must not wait
		}
	}()

	c, err := client.New("http://"+addresses["api"], client.Config{})
	is.NoErr(err)
	entry, err := metadata.ParseEntry([]byte(`{"artefact":{"component_name":"a"},"meta":{"datasource":"d","type":"t"},"data":{}}`))
	is.NoErr(err)
	is.NoErr(c.PutMetadata(ctx, []metadata.Entry{entry}))
	n := 0
	for _, err := range c.QueryMetadata(ctx, store.Query{}) {
		is.NoErr(err)
		n++
	}
	is.Equal(n, 1)

	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addresses["metrics"]+"/metrics", nil)
	is.NoErr(err)
	resp, err := http.DefaultClient.Do(req)
	is.NoErr(err)
	text, err := io.ReadAll(resp.Body)
	is.NoErr(err)
	is.NoErr(resp.Body.Close())
	is.True(strings.Contains(string(text), `requests_total{endpoint="/artefacts/metadata",method="PUT",status="201"} 1`))

	cancel()
	select {
	case got := <-code:
		is.Equal(got, exitOK)
	case <-time.After(30 * time.Second):
		t.Fatal("the server does not stop")
	}
}

func TestWrongUse(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	good, bad := filepath.Join(dir, "good.yaml"), filepath.Join(dir, "bad.yaml")
	for path, text := range map[string]string{good: "[]\n", bad: "- nope: 1\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, tc := range map[string]struct {
		args []string
		code int
		says string
	}{
		"help":             {[]string{"--help"}, exitOK, ""},
		"unknown flag":     {[]string{"--nope"}, exitUsage, "--nope"},
		"missing findings": {[]string{"--findings-cfg=" + filepath.Join(dir, "none.yaml")}, exitUsage, "none.yaml"},
		"bad findings":     {[]string{"--findings-cfg=" + bad}, exitUsage, "bad.yaml"},
		"another database": {[]string{"--findings-cfg=" + good, "--delivery-db-url=postgresql://h/db"}, exitUsage, "sqlite:FILE"},
		"missing archive":  {[]string{"--findings-cfg=" + good, "--ocm-repository=" + filepath.Join(dir, "none.ctf")}, exitUsage, "none.ctf"},
		"no such folder":   {[]string{"--findings-cfg=" + good, "--delivery-db-url=sqlite:" + filepath.Join(dir, "none", "odg.db")}, exitFailed, "none"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			var stderr bytes.Buffer
			is.Equal(run(t.Context(), tc.args, io.Discard, &stderr), tc.code)
			is.True(strings.Contains(stderr.String(), tc.says)) // the message names the fault
		})
	}
}
