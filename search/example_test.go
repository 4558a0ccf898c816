package search_test

import (
	"fmt"
	"time"

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

func ExampleParseWhere() {
	now := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	criteria, err := search.ParseWhere(`effective.due <= today+14d and not data.cve in (CVE-1, CVE-2)`, now)
	fmt.Println(len(criteria), err, search.FormatWhere(criteria))
	_, err = search.ParseWhere(`type = a and type = b`, now)
	fmt.Println(err)
	// Output:
	// 2 <nil> effective.due <= 2026-12-05 and not data.cve in (CVE-1, CVE-2)
	// column 14: type is compared twice; for alternatives write type in (A, B) or (… or …), for a range type in FROM..TO
}
