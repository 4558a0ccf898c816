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

// Whoever sent many is told which one is wrong.
func TestFaultsOfSelectors(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"entries":[{},1]}`: "entries[1]: want an object",
		`{"entries":[{"component_name":"a","component_name":"a"}]}`: `entries[0]: key "component_name" occurs twice`,
		`{"entries":[{},{"component_name":"\u0000"}]}`:              "entries[1].component_name: text contains NUL",
		`{"entries":[{"component_name":1}]}`:                        "entries[0].component_name: ",
	} {
		t.Run(body, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			rec := ask(newAPI(httpapi.Config{}), "POST", "/artefacts/metadata/query", body)
			is.Equal(rec.Code, 400)
			is.True(strings.HasPrefix(rec.Body.String(), want))
		})
	}
}
