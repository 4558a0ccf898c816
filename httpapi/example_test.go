package httpapi_test

import (
	"fmt"
	"net/http/httptest"
	"strings"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/store/memory"
)

func Example() {
	api := httpapi.New(odg.New(memory.New(), odg.Config{}), httpapi.Config{})

	answer := httptest.NewRecorder()
	api.ServeHTTP(answer, httptest.NewRequest("PUT", "/artefacts/metadata", strings.NewReader(`{"entries": [{
		"artefact": {"component_name": "acme.org/shop"},
		"meta": {"datasource": "acme", "type": "acme/check"},
		"data": {"key": "MIT"}, "found_by": "me"}]}`)))
	fmt.Println(answer.Code, answer.Body)
	// Output:
	// 400 entries[0].found_by: key is unknown here; remove it or correct its spelling
}
