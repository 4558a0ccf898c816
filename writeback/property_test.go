package writeback_test

import (
	"math/rand"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/opendeliverygear/odg/metadata"
)

// world draws what a scanner found, and what people corrected.
func world(t *rapid.T) (found, writebacks []metadata.Entry) {
	versions, licences := []string{"", "1", "2", "3"}, []string{"", "A", "GPL-B", "GPL-C"}
	draw := func(from []string, name string) string { return rapid.SampledFrom(from).Draw(t, name) }
	have := map[string]bool{}
	for range rapid.IntRange(0, 8).Draw(t, "found") {
		name, v := draw([]string{"p", "q"}, "name"), draw(versions, "version")
		e := vulnerability(t, name, v, draw([]string{"CVE-1", "CVE-2"}, "cve"))
		switch rapid.IntRange(0, 3).Draw(t, "type") {
		case 1:
			e = licensed(t, name, v, draw(licences[2:], "license"))
		case 2:
			e = structure(t, name, v, draw([]string{"/a", "/b"}, "file"), ":"+draw(licences[1:], "license"), ":"+draw(licences[1:], "license"))
		case 3:
			e = policy(t, name, v, draw(licences[1:], "license"))
		}
		if id := e.ID(); !have[id] {
			have[id] = true
			found = append(found, e)
		}
	}
	for range rapid.IntRange(0, 8).Draw(t, "writebacks") {
		scope := rapid.SampledFrom(scopes).Draw(t, "scope")
		created := metadata.Timestamp(draw([]string{"2025-01-01", "2025-02-01T00:00:00Z", "2025-03-01", "whenever", ""}, "created"))
		w := version(t, scope, created, "p", draw(versions, "from"), draw(versions[1:], "to"))
		if rapid.Bool().Draw(t, "license") {
			w = licenseOf(t, scope, created, "p", draw(versions[:3], "version"), draw(licences, "from"), draw(licences, "to"))
		}
		writebacks = append(writebacks, w)
	}
	return found, writebacks
}

func TestArrivalNeverMatters(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		found, writebacks := world(t)
		want := texts(apply(t, found, writebacks))
		shuffle := rand.New(rand.NewSource(rapid.Int64().Draw(t, "seed")))
		for _, list := range [][]metadata.Entry{found, writebacks} {
			shuffle.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		}
		if got := texts(apply(t, found, writebacks)); !slices.Equal(got, want) {
			t.Fatalf("%v, in another order %v", want, got)
		}
	})
}

func TestCorrectedStaysAsItIs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		found, writebacks := world(t)
		once := apply(t, found, writebacks)
		if got, want := texts(apply(t, once, writebacks)), texts(once); !slices.Equal(got, want) {
			t.Fatalf("%v, again %v", want, got)
		}
	})
}

// Nothing is there twice, and what nobody speaks of is as it was.
func TestNothingIsLostOrTwice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		found, writebacks := world(t)
		seen := map[string]bool{}
		for _, e := range apply(t, found, writebacks) {
			if seen[e.ID()] {
				t.Fatalf("%s is there twice", e.Key())
			}
			seen[e.ID()] = true
		}
		for _, e := range found {
			var p struct {
				Name string `json:"package_name"`
			}
			if _ = e.Data.Decode(&p); p.Name == "q" && !seen[e.ID()] {
				t.Fatalf("%s is lost, though nobody corrected it", e.Key())
			}
		}
	})
}
