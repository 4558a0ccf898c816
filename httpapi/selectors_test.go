package httpapi_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/httpapi"
)

func TestNumberOfSelectors(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var many strings.Builder
	for i := range httpapi.MaxSelectors {
		fmt.Fprintf(&many, `{"component_name":"c%d"},`, i)
	}
	api := newAPI(httpapi.Config{})
	query := func(last string) int {
		return ask(api, "POST", "/artefacts/metadata/query", `{"entries":[`+many.String()+last+`]}`).Code
	}
	is.Equal(query(`{"component_name":"c0"}`), 200) // equal ones count once
	is.Equal(query(`{"component_name":"x"}`), 400)
}
