package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/matryer/is"
)

// secretTree writes secrets, type/element each.
func secretTree(t *testing.T, elements map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range elements {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o700); err != nil {
			t.Fatal(err)
		}
		config(t, dir, name, text)
	}
	return dir
}

func TestWrongUse(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	good, bad := config(t, dir, "good.yaml", "[]\n"), config(t, dir, "bad.yaml", "- nope: 1\n")
	login := secretTree(t, map[string]string{"oauth-cfg/a": "x", "signing-cfg/a": "x", "delivery-db/a": "password: hunter2"})
	two := secretTree(t, map[string]string{"delivery-db/a": "password: hunter2", "delivery-db/b.yaml": "password: hunter2"})
	odd := secretTree(t, map[string]string{"delivery-db/a": "hunter2"})
	for name, tc := range map[string]struct {
		args []string
		code int
		says string
	}{
		"help":               {[]string{"--help"}, exitOK, ""},
		"version":            {[]string{"--version"}, exitOK, ""},
		"unknown flag":       {[]string{"--nope"}, exitUsage, "--nope"},
		"no findings":        {nil, exitUsage, "FINDINGS_CFG_PATH"},
		"missing findings":   {[]string{"--findings-cfg=" + filepath.Join(dir, "none.yaml")}, exitUsage, "none.yaml"},
		"missing mount":      {[]string{"--samples=false", "--findings-cfg=" + good, "--profiles=" + filepath.Join(dir, "none.yaml")}, exitUsage, "--samples asks"},
		"a folder":           {[]string{"--samples", "--findings-cfg=" + dir}, exitUsage, "is no file"},
		"bad findings":       {[]string{"--findings-cfg=" + bad}, exitUsage, "bad.yaml:1:"},
		"bad features":       {[]string{"--findings-cfg=" + good, "--features-cfg=" + bad}, exitUsage, "bad.yaml:1:"},
		"another database":   {[]string{"--samples", "--delivery-db-url=mysql://h/db"}, exitUsage, "postgresql://USER"},
		"no file":            {[]string{"--samples", "--delivery-db-url=sqlite:"}, exitUsage, "sqlite:FILE"},
		"bad port":           {[]string{"--samples", "--delivery-db-url=postgresql+psycopg://u:hunter2@h:none/db"}, exitUsage, "open database"},
		"bad password":       {[]string{"--samples", "--delivery-db-url=postgresql://u:hunter2/%zz@h:5432/db"}, exitUsage, "open database"},
		"secrets, where?":    {[]string{"--samples", "--secret-factory-path=" + two}, exitUsage, "K8S_TARGET_NAMESPACE"},
		"two accounts":       {[]string{"--samples", "--secret-factory-path=" + two, "--k8s-namespace=ns"}, exitUsage, "2 secrets"},
		"no account":         {[]string{"--samples", "--secret-factory-path=" + dir, "--k8s-namespace=ns"}, exitUsage, "0 secrets"},
		"odd account":        {[]string{"--samples", "--secret-factory-path=" + odd, "--k8s-namespace=ns"}, exitUsage, "want a mapping"},
		"an open door":       {[]string{"--samples", "--secret-factory-path=" + login, "--k8s-namespace=ns"}, exitUsage, "--shortcut-auth"},
		"missing archive":    {[]string{"--findings-cfg=" + good, "--ocm-repository=" + filepath.Join(dir, "none.ctf")}, exitUsage, "none.ctf"},
		"no such folder":     {[]string{"--findings-cfg=" + good, "--delivery-db-url=sqlite:" + filepath.Join(dir, "none", "odg.db")}, exitFailed, "none"},
		"port out of range":  {[]string{"--samples", "--delivery-db-url=sqlite:" + filepath.Join(dir, "a.db"), "--port=99999"}, exitFailed, "99999"},
		"unknown log level":  {[]string{"--log-level=loud"}, exitUsage, "loud"},
		"interval of no use": {[]string{"--reload-interval=soon"}, exitUsage, "soon"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			var stderr bytes.Buffer
			is.Equal(run(t.Context(), tc.args, io.Discard, &stderr), tc.code)
			is.True(strings.Contains(stderr.String(), tc.says)) // the message names the fault
			is.True(!strings.Contains(stderr.String(), "hunter2"))
		})
	}
}

// The secrets of an existing installation lead to its database, and only there.
func TestDatabaseOfASecret(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ file, text, url string }{
		"user and password": {"delivery-db/main", "username: odg\npassword: a/b@c", "postgresql://odg:a%2Fb%40c@delivery-db.ns.svc.cluster.local:5432"},
		"password only":     {"delivery-db/main.yaml", "password: 4711", "postgresql://postgres:4711@delivery-db.ns.svc.cluster.local:5432"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			dir := secretTree(t, map[string]string{
				tc.file: tc.text, "delivery-db/x.template.yaml": "password: no", "delivery-db/..data/y": "password: no",
			})
			got, err := database{Secrets: secrets(dir), K8sNamespace: "ns"}.url()
			is.NoErr(err)
			is.Equal(got, tc.url)
		})
	}
}

func TestDatabaseURLs(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"":                              "sqlite:odg.db",
		"sqlite:a.db":                   "sqlite:a.db",
		"sqlite:///a.db":                "sqlite:a.db",
		"sqlite:////var/a.db":           "sqlite:/var/a.db",
		"postgresql+psycopg://u:p@h:5":  "postgresql://u:p@h:5",
		"postgresql+psycopg2://u:p@h:5": "postgresql://u:p@h:5",
		"postgresql://u:p@h/db":         "postgresql://u:p@h/db",
		"postgres://u:p@h/db":           "postgresql://u:p@h/db",
	} {
		is := is.New(t)
		got, err := database{DeliveryDBURL: given}.url()
		is.NoErr(err)
		is.Equal(got, want)
	}
}

// What is logged and told about a database that is away does not show how to log in.
func TestPasswordStaysSecret(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	var stderr bytes.Buffer
	code := run(ctx, []string{"--samples", "--delivery-db-url=postgresql+psycopg://odg:hunter2@127.0.0.1:1/odg?application_name=hunter3"}, io.Discard, &stderr)
	is.Equal(code, exitFailed)
	is.True(strings.Contains(stderr.String(), "127.0.0.1:1"))
	is.True(!strings.Contains(stderr.String(), "hunter"))
}

// A server that still waits for its database may be stopped.
func TestStoppedBeforeItStarted(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stderr bytes.Buffer
	is.Equal(run(ctx, []string{"--samples", "--delivery-db-url=postgresql://odg@127.0.0.1:1/odg"}, io.Discard, &stderr), exitOK)
	is.True(strings.Contains(stderr.String(), "stopped before it had started"))
}
