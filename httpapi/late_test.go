package httpapi_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/store/memory"
)

func TestTimeLimitOfAWriteThatIsNone(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	api := httpapi.New(odg.New(memory.New(), odg.Config{}), httpapi.Config{})
	const entries = `{"entries": [{"artefact": {"component_name": "acme.org/shop", "artefact_kind": "resource", "artefact": {"artefact_name": "web"}},
		"meta": {"type": "finding/late", "datasource": "late"}, "data": {}}]}`
	r := httptest.NewRequest(http.MethodPut, "/artefacts/metadata", strings.NewReader(entries))
	r.Header.Set("Odg-Until", "tomorrow")
	w := httptest.NewRecorder()
	api.ServeHTTP(w, r)
	is.Equal(w.Code, http.StatusBadRequest)
	is.True(strings.Contains(w.Body.String(), `got "tomorrow"`))
}
