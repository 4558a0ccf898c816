package delivery_test

import (
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/corecfg"
	"github.com/opendeliverygear/odg/internal/delivery"
)

// A filter of one's own replaces that of the mappings.
func TestAllVersions(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	mappings, _, err := corecfg.ParseMappings("mappings.yaml", []byte("- {repository: "+archive+", version_filter: '2026\\.10\\..*'}\n"))
	is.NoErr(err)
	r := open(t, delivery.Config{Mappings: mappings})
	versions, err := r.Versions(t.Context(), "example.org/shop")
	is.NoErr(err)
	is.Equal(versions, []string{"2026.10.0"})
	versions, err = r.AllVersions(t.Context(), "example.org/shop")
	is.NoErr(err)
	is.Equal(versions, []string{"2026.10.0", "2026.11.0"})
}
