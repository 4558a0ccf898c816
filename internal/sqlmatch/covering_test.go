package sqlmatch_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/internal/sqlmatch"
)

func TestCovering(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	id := shop(new("1"), new("web"))
	id.Kind = artefact.KindResource
	text, args := sqlmatch.Covering(id)
	is.Equal(cmp.Diff([]any{"shop", "1", "resource", "web", "", "", ""}, args), "")
	is.Equal(strings.Count(text, "?"), len(args))
	is.True(strings.HasPrefix(text, "(m.component_name IS NULL OR m.component_name IN ('', ?)) AND (m.component_version IS NULL OR"))
	id.ComponentVersion = nil
	text, args = sqlmatch.Covering(id)
	is.Equal(len(args), 6)
	is.True(!strings.Contains(text, "component_version")) // those of any version
}
