package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/matryer/is"
	"k8s.io/client-go/rest"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/internal/kubetest"
	"github.com/opendeliverygear/odg/internal/pgtest"
	"github.com/opendeliverygear/odg/store/postgres"
)

// maxMemory is what the enumerator may take, in KiB.
const maxMemory = 300 << 10

// TestSize enumerates with the program as it is built, through a core on PostgreSQL and
// a real API server, and then once more. It is 1,000 artefacts × 2 extensions, or, if
// the environment variable ODG_FULL_SIZE is set, 10,000 × 5, which takes minutes.
func TestSize(t *testing.T) {
	components, services := 4, 2
	if os.Getenv("ODG_FULL_SIZE") != "" {
		components, services = 40, 5
	}
	const images = 250
	is := is.New(t)
	i := install(t)
	db, err := postgres.Open(t.Context(), pgtest.URL(t), postgres.Config{})
	is.NoErr(err)
	t.Cleanup(func() { _ = db.Close() })
	i.store, i.core = db, odg.New(db, odg.Config{})
	i.serve(httpapi.Config{})
	var watched []string
	for n := range components {
		watched = append(watched, fmt.Sprintf("acme.org/component-%02d", n))
		i.publish(watched[n], "1.0.0", images)
	}
	sections, want := "custom_extensions:\n", map[string]int{}
	for n := range services {
		service := fmt.Sprintf("scanner-%d", n)
		sections += "- service: " + service + "\n"
		want[service] = components * images
	}
	i.watch(sections, watched...)
	program := filepath.Join(t.TempDir(), "artefact-enumerator")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	counted, clusterWrites := i.throughProxy(t)

	first := i.measure(t, program)
	is.Equal(count(i.items()), want)
	is.True(len(i.written()) > 0)
	before := clusterWrites.Load()
	i.kubeconfig = counted
	second := i.measure(t, program)
	t.Logf("%d artefacts × %d extensions: first run %s, peak %d MiB; second run %s, peak %d MiB",
		components*images, services, first.took, first.peak>>10, second.took, second.peak>>10)
	is.Equal(len(i.written()), 0)                   // no write at all of the core,
	is.Equal(clusterWrites.Load()-before, int64(0)) // nor of the cluster
	is.True(first.peak > 0 && first.peak < maxMemory)
	is.True(second.peak > 0 && second.peak < maxMemory)
}

// throughProxy returns a kubeconfig with which requests to the cluster that are no
// reads are counted.
func (i *installation) throughProxy(t *testing.T) (kubeconfig string, writes *atomic.Int64) {
	t.Helper()
	account := kubetest.ServiceAccount(t, i.cluster, i.namespace, "artefact-enumerator")
	transport, err := rest.TransportFor(account)
	if err != nil {
		t.Fatal(err)
	}
	target, err := url.Parse(account.Host)
	if err != nil {
		t.Fatal(err)
	}
	writes = &atomic.Int64{}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.Transport = transport
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			writes.Add(1)
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return kubetest.Kubeconfig(t, &rest.Config{Host: server.URL}, i.namespace), writes
}

// measured is a run of the program.
type measured struct {
	took time.Duration
	peak int64 // resident memory in KiB
}

var peakLine = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// measure runs the program, which must succeed.
func (i *installation) measure(t *testing.T, program string) (m measured) {
	t.Helper()
	var log bytes.Buffer
	cmd := exec.CommandContext(t.Context(), program, i.args("--delivery-service-url="+i.server.URL)...)
	cmd.Stderr = &log
	began := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for {
		select {
		case err := <-done:
			if err != nil {
				t.Fatalf("%v\n%s", err, log.String())
			}
			m.took = time.Since(began).Round(10 * time.Millisecond)
			return m
		case <-look.C:
			peak, err := peakOf(cmd.Process.Pid)
			if err == nil {
				m.peak = peak
			}
		}
	}
}

// peakOf reads how much memory a process has had at most, as far as Linux tells.
func peakOf(pid int) (int64, error) {
	status, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "status"))
	if err != nil {
		return 0, err
	}
	found := peakLine.FindSubmatch(status)
	if found == nil {
		return 0, errors.New("it has ended")
	}
	return strconv.ParseInt(strings.TrimSpace(string(found[1])), 10, 64)
}
