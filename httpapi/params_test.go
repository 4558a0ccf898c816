package httpapi_test

import (
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/httpapi"
)

// A parameter that cannot be read is no missing one.
func TestBrokenQueries(t *testing.T) {
	t.Parallel()
	for _, target := range []string{
		"POST /artefacts/metadata/query?type=%zz", "POST /artefacts/metadata/query?type=a;b", "GET /ready?verbose=%zz",
	} {
		t.Run(target, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			method, path, _ := strings.Cut(target, " ")
			rec := ask(newAPI(httpapi.Config{}), method, path, `{}`)
			is.Equal(rec.Code, 400)
			is.True(strings.HasPrefix(rec.Body.String(), "query of the URL: "))
		})
	}
}
