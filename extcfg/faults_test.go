package extcfg_test

import (
	"errors"
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/extcfg"
	"github.com/opendeliverygear/odg/internal/faulttest"
)

// TestFaults holds every message against testdata/faults: what is wrong, where,
// and what to do.
func TestFaults(t *testing.T) {
	t.Parallel()
	faulttest.Run(t, func(_ *testing.T, name string, data []byte) ([]extcfg.Warning, error) {
		_, warnings, err := extcfg.Parse(name, data, extcfg.Options{})
		return warnings, err
	})
}

func TestLoadMissing(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	_, _, err := extcfg.Load(fstest.MapFS{}, "extensions-cfg.yaml", extcfg.Options{})
	is.True(errors.Is(err, fs.ErrNotExist)) // D14: no sample takes its place
	var fault *extcfg.Error
	is.True(errors.As(err, &fault))
	is.Equal(fault.File, "extensions-cfg.yaml")
	_, _, err = extcfg.Parse("extensions-cfg.yaml", []byte("a: ["), extcfg.Options{})
	is.True(err != nil)
}
