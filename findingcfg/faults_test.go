package findingcfg_test

import (
	"errors"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/internal/faulttest"
)

// TestFaults holds every message against testdata/faults: what is wrong, where,
// and what to do.
func TestFaults(t *testing.T) {
	t.Parallel()
	faulttest.Run(t, func(_ *testing.T, name string, data []byte) ([]findingcfg.Warning, error) {
		_, warnings, err := findingcfg.Parse(name, data, findingcfg.Options{})
		return warnings, err
	})
}

func TestErrorFields(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	text := "- type: finding/license\n  categorisations:\n    - {id: a, display_name: A, value: 1, allowed_processing_time: 1.5h}\n"
	_, _, err := findingcfg.Parse("findings-cfg.yaml", []byte(text), findingcfg.Options{})
	var fault *findingcfg.Error
	is.True(errors.As(err, &fault))
	is.Equal(fault.File, "findings-cfg.yaml")
	is.Equal(fault.Line, 3)
	is.Equal(fault.Column, 67)
	is.Equal(fault.Path, "$[0].categorisations[0].allowed_processing_time")
	is.True(errors.Is(err, findingcfg.ErrDuration))
}
