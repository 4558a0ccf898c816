package httpapi_test

import (
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/httpapi"
)

func TestPairsThatAreNone(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"left_component":{"name":1}}`:                "left_component.name: want a string, got number",
		`{"left_component":{"name":"a","name":"a"}}`:   `left_component: key "name" occurs twice`,
		`{"left_component":{},"LEFT_COMPONENT":{}}`:    "left_component and right_component are required",
		`{"right_component":{"name":"\u0000"}}`:        "right_component.name: text contains NUL",
		`{"right_component":null,"left_component":{}}`: "left_component and right_component are required",
	} {
		t.Run(body, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			rec := ask(newAPI(httpapi.Config{}), "POST", "/components/diff", body)
			is.Equal(rec.Code, 400)
			is.True(strings.HasPrefix(rec.Body.String(), want))
		})
	}
}
