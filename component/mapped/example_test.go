package mapped_test

import (
	"context"
	"fmt"

	"github.com/opendeliverygear/odg/component/mapped"
	"github.com/opendeliverygear/odg/corecfg"
)

func ExampleNew() {
	mappings, _, err := corecfg.ParseMappings("ocm_repo_mappings.yaml", []byte(`
- {repository: a.example, version_filter: semver_releases}
- {repository: b.example, prefixes: acme.org/}
- {repository: c.example, prefixes: example.org/}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	finder, err := mapped.New(mappings, "", newSite().open) // a real one opens registries
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(finder.Versions(context.Background(), "acme.org/shop"))
	// Output: [latest 1.0.0 1.2.0 2.0.0] <nil>
}
