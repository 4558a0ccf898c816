package main

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"odg": func() { os.Exit(run(context.Background(), os.Args[1:], os.Getenv, os.Stdout, os.Stderr)) },
	})
}

// TestScripts runs the command as a user does. A script says what is typed, what
// comes out, and with which exit code.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits":   exits,
			"fixture": fixture,
			"hostile": hostile,
			"damage":  damage,
			"mend":    mend,
			"replace": replace,
			"replay":  replay,
			"killed":  killed,
			"locked":  locked,
			"sql":     execSQL,
			"serving": serving,
			"fetch":   fetch,
			"says":    says,
			"stops":   stops,
			"hangup":  hangup,
			"stocked": stocked,
			"stored":  stored,
			"hub":     hub,
		},
		Setup: func(env *testscript.Env) error {
			for _, dir := range []string{"quickstart"} {
				root, err := filepath.Abs(filepath.Join("..", "..", "examples", dir))
				if err != nil {
					return err
				}
				env.Setenv(strings.ToUpper(dir), root)
			}
			return nil
		},
	})
}

// exits runs odg and demands an exit code: exits CODE ARGS...
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE ARGS...")
	}
	code := run(context.Background(), inDir(ts, args[1:]), ts.Getenv, ts.Stdout(), ts.Stderr())
	if got := string(rune('0' + code)); got != args[0] {
		ts.Fatalf("odg %s: exit code %s, want %s", strings.Join(args[1:], " "), got, args[0])
	}
}

// inDir makes the paths that a script gives absolute, since the test process does
// not change its folder.
func inDir(ts *testscript.TestScript, args []string) []string {
	resolved := make([]string, len(args))
	for i, arg := range args {
		resolved[i] = arg
		if i > 0 && (args[i-1] == "--config" || args[i-1] == "--db" || args[i-1] == "--ocm-repo" && strings.HasPrefix(arg, "./")) {
			resolved[i] = ts.MkAbs(arg)
		}
		if args[0] == "vex" && strings.HasSuffix(arg, ".json") {
			resolved[i] = ts.MkAbs(arg)
		}
		if rest, ok := strings.CutPrefix(arg, "./"); ok && strings.Contains(rest, "//") { // REPO//NAME
			resolved[i] = ts.MkAbs(".") + "/" + rest
		}
	}
	return resolved
}

// fixture copies a file or folder out of a packed OCM fixture:
// fixture broken/dangling DEST.
func fixture(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: fixture BUNDLE/PATH DEST")
	}
	bundle, path, _ := strings.Cut(args[0], "/")
	file := filepath.Join(ts.Getenv("QUICKSTART"), "..", "..", "component", "ctf", "testdata", "fixtures", bundle, bundle+".tgz")
	n, err := unpack(file, path, ts.MkAbs(args[1]))
	ts.Check(err)
	if n == 0 {
		ts.Fatalf("fixture %s has no %s", bundle, path)
	}
}

// unpack writes the regular files at or below path, and returns how many.
func unpack(file, path, dest string) (n int, err error) {
	f, err := os.Open(file)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	plain, err := gzip.NewReader(f)
	if err != nil {
		return 0, err
	}
	archive := tar.NewReader(plain)
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
		name := strings.TrimPrefix(header.Name, "./")
		if path == "." {
			name = "./" + name
		}
		rest, ok := strings.CutPrefix(name, path)
		if !ok || header.Typeflag != tar.TypeReg || rest != "" && !strings.HasPrefix(rest, "/") || strings.Contains(rest, "..") {
			continue
		}
		target := filepath.Join(dest, rest)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return n, err
		}
		data, err := io.ReadAll(archive)
		if err != nil {
			return n, err
		}
		if err := os.WriteFile(target, data, 0o644); err != nil {
			return n, err
		}
		n++
	}
}
