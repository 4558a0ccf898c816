package oci_test

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/registry"

	"github.com/opendeliverygear/odg/component/oci"
)

// quiet is a registry that logs nothing.
func quiet() http.Handler { return registry.New(registry.Logger(log.New(io.Discard, "", 0))) }

// serve starts a server and returns its URL.
func serve(t testing.TB, handler http.Handler) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// open opens a repository below a server.
func open(t testing.TB, location string, cfg oci.Config) *oci.Repository {
	t.Helper()
	repo, err := oci.Open(location, cfg)
	must(t, err)
	return repo
}

// registries calls test with one in this process, and with a real server program.
func registries(t *testing.T, test func(t *testing.T, base string)) {
	t.Run("in-process", func(t *testing.T) {
		t.Parallel()
		test(t, serve(t, quiet()))
	})
	t.Run("docker-registry", func(t *testing.T) {
		t.Parallel()
		test(t, program(t))
	})
}

var (
	startProgram sync.Once
	programURL   string
	errProgram   error
	stopProgram  = func() {}
)

// errNotInstalled tells what to install.
var errNotInstalled = errors.New("no docker-registry found: install it (Debian, Ubuntu: apt-get install docker-registry)")

// program returns the URL of a server that all tests share. Where there is none, the
// test fails in CI and is skipped elsewhere.
func program(t *testing.T) string {
	t.Helper()
	startProgram.Do(func() { programURL, errProgram = runProgram() })
	switch {
	case errors.Is(errProgram, errNotInstalled) && os.Getenv("CI") == "":
		t.Skip(errProgram)
	case errProgram != nil:
		t.Fatal(errProgram)
	}
	return programURL
}

func runProgram() (string, error) {
	path, err := exec.LookPath("docker-registry")
	if err != nil {
		return "", errNotInstalled
	}
	folder, err := os.MkdirTemp("", "odg-registry-")
	if err != nil {
		return "", err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	address := listener.Addr().String()
	listener.Close()
	config := fmt.Sprintf("version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {inmemory: {}}\nhttp: {addr: %s}\n", address)
	file := filepath.Join(folder, "config.yml")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		return "", err
	}
	command := exec.Command(path, "serve", file)
	if err := command.Start(); err != nil {
		return "", err
	}
	stopProgram = func() {
		_ = command.Process.Kill()
		_ = command.Wait()
		_ = os.RemoveAll(folder)
	}
	return "http://" + address, answering("http://" + address + "/v2/")
}

// answering waits until a server is up.
func answering(url string) (err error) {
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		var response *http.Response
		if response, err = http.Get(url); err == nil {
			return response.Body.Close()
		}
	}
	return fmt.Errorf("docker-registry does not answer: %w", err)
}

func TestMain(m *testing.M) {
	code := m.Run()
	stopProgram()
	os.Exit(code)
}

// A registry without TLS says so to who forgot it.
func TestNoTLS(t *testing.T) {
	t.Parallel()
	base := serve(t, quiet())
	_, err := open(t, strings.TrimPrefix(base, "http://"), oci.Config{Retries: -1}).Versions(t.Context(), "acme.org/shop")
	if !errors.Is(err, http.ErrSchemeMismatch) || !strings.Contains(err.Error(), "http://") {
		t.Error(err)
	}
}
