package ocimapping_test

import (
	"strings"
	"testing"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/internal/ocimapping"
)

// FuzzTag holds that a version is found again by its tag, and that its tag says
// which version it is, or that it could be several.
func FuzzTag(f *testing.F) {
	for _, version := range []string{"1.0.0", "1.0.0+a", "1.0.0+a.build-b", "1.0.0-x.build-1", "1.0.0-x.build-1+2", "v1.0-build-1"} {
		f.Add(version)
	}
	f.Fuzz(func(t *testing.T, version string) {
		if !component.IsVersion(version) {
			return
		}
		tag := ocimapping.TagOf(version)
		if strings.Contains(tag, "+") {
			t.Fatalf("tag %q", tag)
		}
		decoded, ambiguous := ocimapping.VersionOf(tag)
		if decoded != version && !ambiguous {
			t.Fatalf("%q became %q", version, decoded)
		}
		if ocimapping.TagOf(decoded) != tag {
			t.Fatalf("%q has another tag than %q", decoded, version)
		}
	})
}
