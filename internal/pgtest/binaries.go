//go:build unix

package pgtest

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// ErrNotInstalled tells that no PostgreSQL server was found on this machine.
var ErrNotInstalled = errors.New("no PostgreSQL found: install the server (Debian, Ubuntu: apt-get install postgresql), " +
	"or set ODG_TEST_POSTGRES to the URL of a role that may create databases")

// binaries returns the folder of the programs initdb and postgres.
func binaries() (string, error) {
	for _, dir := range candidates() {
		if executable(filepath.Join(dir, "initdb")) && executable(filepath.Join(dir, "postgres")) {
			return dir, nil
		}
	}
	return "", ErrNotInstalled
}

func candidates() []string {
	var dirs []string
	if found, err := exec.LookPath("postgres"); err == nil {
		if real, err := filepath.EvalSymlinks(found); err == nil { // initdb lies beside the real one
			dirs = append(dirs, filepath.Dir(real))
		}
		dirs = append(dirs, filepath.Dir(found))
	}
	dirs = append(dirs, versions("/usr/lib/postgresql")...) // of Debian's packages, not on PATH
	if out, err := exec.Command("pg_config", "--bindir").Output(); err == nil {
		dirs = append(dirs, strings.TrimSpace(string(out)))
	}
	return dirs
}

// versions returns the folders of programs below root, those of the newest major
// version first.
func versions(root string) []string {
	dirs, _ := filepath.Glob(filepath.Join(root, "*", "bin")) // the pattern is well-formed
	major := func(dir string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(dir))) // 0 for what is no version
		return n
	}
	slices.SortFunc(dirs, func(a, b string) int { return major(b) - major(a) })
	return dirs
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}
