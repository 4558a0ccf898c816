package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/internal/odgtest"
	"github.com/opendeliverygear/odg/store/sqlite"
)

// TestPaging has entries added between pages.
func TestPaging(t *testing.T) {
	t.Parallel()
	odgtest.RunPaging(t, func(t *testing.T, cfg odg.Config) odgtest.Core {
		s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "odg.db"), sqlite.Config{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
		return odg.New(s, cfg)
	})
}
