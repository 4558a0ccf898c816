package postgres_test

import (
	"testing"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/internal/odgtest"
	"github.com/opendeliverygear/odg/internal/pgtest"
	"github.com/opendeliverygear/odg/rescore"
	"github.com/opendeliverygear/odg/store/postgres"
)

// TestPaging has entries added between pages, to a store that keeps how findings stand
// and to one that does not.
func TestPaging(t *testing.T) {
	t.Parallel()
	plain := func(t *testing.T, cfg odg.Config) odgtest.Core {
		return odg.New(reopen(t, pgtest.URL(t), postgres.Config{}), cfg)
	}
	kept := func(t *testing.T, cfg odg.Config) odgtest.Core {
		types, err := cfg.Findings.Types()
		if err != nil {
			t.Fatal(err)
		}
		s := reopen(t, pgtest.URL(t), postgres.Config{}).WithTypes(types).WithRules(cfg.Findings, rescore.Options{}).InPortions(0, 10, 2)
		if _, err := s.Settle(t.Context(), cfg.Now()); err != nil {
			t.Fatal(err)
		}
		return odg.New(s, cfg)
	}
	t.Run("plain", func(t *testing.T) { odgtest.RunPaging(t, plain) })
	t.Run("kept", func(t *testing.T) { odgtest.RunPaging(t, kept) })
}
