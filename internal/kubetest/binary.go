//go:build unix

package kubetest

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// ErrNotBuilt tells that the control plane of this checkout has not been built.
var ErrNotBuilt = errors.New("no Kubernetes control plane built for this checkout: run `make cluster` (once, some 6 minutes)")

// binary returns the program that .ci/cluster builds.
func binary() (string, error) {
	sources, err := within("internal/kubetest/cluster")
	if err != nil {
		return "", err
	}
	key, err := digest(sources)
	if err != nil {
		return "", fmt.Errorf("read the sources of the control plane: %w", err)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	path := filepath.Join(cache, "odg-cluster", runtime.GOOS+"-"+runtime.GOARCH+"-"+key, "cluster")
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return "", ErrNotBuilt
	}
	return path, nil
}

// digest is that of the sources in the order of their names, as .ci/cluster takes it.
func digest(dir string) (string, error) {
	names, _ := filepath.Glob(filepath.Join(dir, "*.go")) // the pattern is well-formed
	slices.Sort(names)
	hash := sha256.New()
	for _, name := range append([]string{filepath.Join(dir, "go.mod"), filepath.Join(dir, "go.sum")}, names...) {
		content, err := os.ReadFile(name)
		if err != nil {
			return "", err
		}
		hash.Write(content)
	}
	return hex.EncodeToString(hash.Sum(nil))[:16], nil
}

// within returns a path inside of this checkout. Tests run in the folder of their
// package, so that the module's root is somewhere above.
func within(path string) (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		content, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && strings.HasPrefix(string(content), "module github.com/opendeliverygear/odg\n") {
			return filepath.Join(dir, filepath.FromSlash(path)), nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("not inside of a checkout of github.com/opendeliverygear/odg, which holds the sources of the control plane")
		}
		dir = parent
	}
}
