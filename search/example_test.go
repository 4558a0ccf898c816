package search_test

import (
	"fmt"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/search"
)

func Example() {
	request, err := search.Parse([]byte(`{"criteria": [{"type": "fulltext", "value": "log4j"}], "limit": 1}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	query, err := search.Compile(request, search.Env{})
	if err != nil {
		fmt.Println(err)
		return
	}
	page := query.NewPage()
	for _, name := range []string{"openssl", "log4j-core"} {
		e, err := metadata.ParseEntry(fmt.Appendf(nil, `{"artefact": {"component_name": "acme.org/shop"},
			"meta": {"datasource": "acme", "type": "acme/check"}, "data": {"key": %[1]q, "package_name": %[1]q}}`, name))
		if err != nil {
			fmt.Println(err)
			return
		}
		page.Offer(search.Item{Entry: e})
	}
	for _, e := range page.Result().Items {
		fmt.Println(e.Data.Key())
	}
	// Output:
	// log4j-core true
}
