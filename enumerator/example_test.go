package enumerator_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/ctf"
	"github.com/opendeliverygear/odg/enumerator"
	"github.com/opendeliverygear/odg/extcfg"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/store/memory"
)

func ExamplePlan() {
	web := artefact.ID{
		ComponentName: new("acme.org/shop"), ComponentVersion: new("1.0.0"), Kind: artefact.KindResource,
		Artefact: &artefact.LocalID{Name: new("web"), Version: new("1.4.2"), Type: new("ociImage")},
	}
	plan := enumerator.Plan(enumerator.Input{
		Now:        time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC),
		Artefacts:  []artefact.ID{web},
		Extensions: []enumerator.Extension{{Service: "osid", Interval: 24 * time.Hour}},
	})
	for _, w := range plan.Writes {
		fmt.Println("activate", w.Entry.Artefact)
	}
	for _, item := range plan.Items() {
		fmt.Println("queue", item.Service, item.Priority)
	}
	// Output:
	// activate acme.org/shop|1.0.0|web|1.4.2|ociImage||resource|
	// queue osid HIGH
}

func ExampleEnumerator_Run() {
	archive, err := ctf.Open("../examples/quickstart/delivery.tgz", ctf.Config{})
	if err != nil {
		log.Fatal(err)
	}
	defer archive.Close()
	queue := backlog.NewMemory(backlog.MemoryConfig{})
	anywhere := enumerator.RepositoriesFunc(func(context.Context, string) (enumerator.Repository, error) { return archive, nil })
	e := enumerator.New(odg.New(memory.New(), odg.Config{}), queue, anywhere, enumerator.Config{
		Components: []enumerator.Component{{Name: "example.org/shop", Versions: component.Choice{Limit: 2}}},
		Extensions: []enumerator.Extension{{Service: "osid", Interval: 24 * time.Hour, Kinds: []artefact.Kind{artefact.KindResource}}},
	})
	for range 2 {
		report, err := e.Run(context.Background())
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(report.Active, "artefacts,", report.Created, "new items,", report.Written, "entries written")
	}
	// Output:
	// 12 artefacts, 10 new items, 23 entries written
	// 12 artefacts, 0 new items, 0 entries written
}

func ExampleExtensions() {
	ext, _, err := extcfg.Parse("extensions-cfg.yaml", []byte(`
osid: {interval: 3600}
sast: {enabled: false}
responsibles: {}
`), extcfg.Options{Local: true})
	if err != nil {
		log.Fatal(err)
	}
	for _, e := range enumerator.Extensions(ext, &findingcfg.Config{}) {
		fmt.Println(e.Service, e.Interval)
	}
	// Output:
	// responsibles 12h0m0s
	// osid 1h0m0s
}
