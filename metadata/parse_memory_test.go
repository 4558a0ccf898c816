package metadata_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/metadata"
)

// A long list costs nothing before its first fault. Not parallel: it measures what
// the whole process allocates.
func TestFirstFaultEndsParsing(t *testing.T) {
	is := is.New(t)
	body := []byte(`{"entries":[1` + strings.Repeat(",1", 1<<20) + `]}`)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := metadata.BuiltinTypes().ParseEntries(body)
	runtime.ReadMemStats(&after)
	is.Equal(asError(err).Path, "entries[0]")
	is.True(after.TotalAlloc-before.TotalAlloc < uint64(len(body)))
}
