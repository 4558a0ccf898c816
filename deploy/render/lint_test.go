package render_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/matryer/is"
	"helm.sh/helm/v4/pkg/chart/v2/lint"
	"helm.sh/helm/v4/pkg/chart/v2/lint/support"
	"helm.sh/helm/v4/pkg/chart/v2/loader"

	"github.com/opendeliverygear/odg/deploy/render"
)

// TestLint does what "helm lint --strict" does, for each set of values.
func TestLint(t *testing.T) {
	for file := range rendered {
		t.Run(filepath.Base(file), func(t *testing.T) {
			is := is.New(t)
			values, err := loader.LoadValues(strings.NewReader(string(read(t, file))))
			is.NoErr(err)
			for _, message := range lint.RunAll(chart, values, "delivery").Messages {
				if message.Severity > support.InfoSev {
					t.Error(message)
				}
			}
		})
	}
}

func TestWrongValues(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ values, want string }{
		"no image":           {"bootstrapping: {create: false}", "name the image: image.repository"},
		"no findings":        {"image: {ref: a}\nextensions_cfg: {osid: {}}", "findings is empty"},
		"no extensions":      {"image: {ref: a}\nfindings: [{}]", "extensions_cfg is empty"},
		"misspelt key":       {"imagee: {}", "additional properties 'imagee' not allowed"},
		"misspelt inner key": {"core: {replica: 1}", "additional properties 'replica' not allowed"},
		"URL as host":        {"host: https://delivery-service.example.org", "/host"},
		"unknown secret":     {"secrets: {gitlab: {}}", "additional properties 'gitlab' not allowed"},
		"two databases":      {"secrets: {delivery-db: {a: {password: x}, b: {password: y}}}", "/secrets/delivery-db"},
		"numeric password":   {"secrets: {delivery-db: {a: {password: 123}}}", "/secrets/delivery-db/a/password"},
		"one connection":     {"core: {maxConnections: 1}", "/core/maxConnections"},
		"no YAML":            {"core: [", "read values"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			_, err := render.Chart(chart, []byte(c.values), "delivery")
			is.True(err != nil)
			if !strings.Contains(strings.ReplaceAll(err.Error(), ".", "/"), strings.ReplaceAll(c.want, ".", "/")) {
				t.Errorf("got %v, want a message with %q", err, c.want)
			}
		})
	}
}

func TestNotes(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	notes, err := render.Notes(chart, read(t, "testdata/existing.yaml"), "delivery")
	is.NoErr(err)
	for _, want := range []string{"kubectl -n delivery", "https://delivery-service.odg.example.org/", "secret-factory-delivery-db is yours"} {
		is.True(strings.Contains(notes, want)) // what is left to do
	}
	notes, err = render.Notes(chart, read(t, "testdata/full.yaml"), "delivery")
	is.NoErr(err)
	is.True(strings.Contains(notes, "There is no login")) // what must be known
}

func TestNoChart(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	_, err := render.Chart("testdata", nil, "delivery")
	is.True(err != nil)
	_, err = render.Plain("testdata", nil, "delivery")
	is.True(err != nil)
	_, err = render.Notes("testdata", nil, "delivery")
	is.True(err != nil)
}
