package odg_test

import (
	"testing"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/internal/odgtest"
	"github.com/opendeliverygear/odg/store/memory"
)

func TestCore(t *testing.T) {
	t.Parallel()
	odgtest.Run(t, func(t *testing.T, cfg odg.Config) odgtest.Core {
		return odg.New(memory.New(), cfg)
	})
}

func TestDecisions(t *testing.T) {
	t.Parallel()
	odgtest.RunDecisions(t, func(t *testing.T, cfg odg.Config) odgtest.Decider {
		return odgtest.Embedded{Core: odg.New(memory.New(), cfg), Config: cfg}
	})
}
