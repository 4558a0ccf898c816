//go:build unix

package kubetest_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/internal/kubetest"
)

// testing.TB cannot be implemented outside of the package testing but by embedding.
type observed struct {
	testing.TB
	skipped, failed string
}

func (o *observed) Skip(args ...any)  { o.skipped = fmt.Sprint(args...); panic(o) }
func (o *observed) Fatal(args ...any) { o.failed = fmt.Sprint(args...); panic(o) }
func (o *observed) Fatalf(format string, args ...any) {
	o.failed = fmt.Sprintf(format, args...)
	panic(o)
}
func (o *observed) Helper() {}

// observe runs f until it skips or fails.
func observe(f func(testing.TB)) (o *observed) {
	o = &observed{}
	defer func() {
		if r := recover(); r != any(o) {
			panic(r)
		}
	}()
	f(o)
	return o
}

func TestUnavailable(t *testing.T) {
	for _, tc := range []struct {
		name, ci    string
		err         error
		skips, says string
	}{
		{"not built", "", kubetest.ErrNotBuilt, "skips", "make cluster"},
		{"not built, in CI", "true", kubetest.ErrNotBuilt, "fails", "make cluster"},
		{"does not start", "", errors.New("no space left"), "fails", "no space left"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			is := is.New(t)
			t.Setenv("CI", tc.ci)
			o := observe(func(t testing.TB) { kubetest.Unavailable(t, tc.err) })
			said := map[string]string{"skips": o.skipped, "fails": o.failed}
			is.True(strings.Contains(said[tc.skips], tc.says))
		})
	}
}

// A checkout whose control plane was never built finds none, whatever others built.
func TestNotBuilt(t *testing.T) {
	is := is.New(t)
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	_, err := kubetest.Launch()
	is.True(errors.Is(err, kubetest.ErrNotBuilt))
}
