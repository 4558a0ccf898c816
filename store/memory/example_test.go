package memory_test

import (
	"context"
	"fmt"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
)

func Example() {
	ctx := context.Background()
	s := memory.New()
	defer s.Close()
	change, err := s.Upsert(ctx, []metadata.Entry{{
		Artefact: artefact.ID{ComponentName: new("acme.org/shop")},
		Meta:     metadata.Meta{Type: metadata.TypeScanInfo, Datasource: metadata.SourceOSID},
	}}, store.UpsertOptions{Now: time.Now()})
	fmt.Println(change.Inserted, err)
	for e, err := range s.Query(ctx, store.Query{}) {
		fmt.Println(*e.Artefact.ComponentName, e.Meta.Type, err)
	}
	// Output:
	// 1 <nil>
	// acme.org/shop meta/artefact_scan_info <nil>
}
