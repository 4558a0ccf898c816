package osid_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/ctf"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/scan/image"
	"github.com/opendeliverygear/odg/scan/osid"
	"github.com/opendeliverygear/odg/scan/osid/eol"
	"github.com/opendeliverygear/odg/worker"
)

var update = flag.Bool("update", false, "write the golden files anew")

// fixture is the path of a recorded archive, from the folder that
// ODG_OCM_FIXTURES names if the archive is there.
func fixture(name string) string {
	if dir := os.Getenv("ODG_OCM_FIXTURES"); dir != "" {
		file := filepath.Join(dir, name)
		if _, err := os.Stat(file); err == nil {
			return file
		}
	}
	return filepath.Join("../../component/ctf/testdata/fixtures", name)
}

// one is the repository of all artefacts.
type one struct{ repo component.Repository }

func (o one) Repository(context.Context, artefact.ID) (component.Repository, error) {
	return o.repo, nil
}

// delivery is the archive with real images.
func delivery(t *testing.T) *ctf.Archive {
	t.Helper()
	return open(t, "delivery/delivery.tgz")
}

func open(t *testing.T, name string) *ctf.Archive {
	t.Helper()
	archive, err := ctf.Open(fixture(name), ctf.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { archive.Close() })
	return archive
}

// gardener is the built-in set of categories.
func gardener(t *testing.T) *findingcfg.Finding {
	t.Helper()
	return finding(t, `
- type: finding/osid
  categorisations:
    cfg_name: gardener
    ref: {path: odg/defaults.yaml}
`)
}

func finding(t *testing.T, yaml string) *findingcfg.Finding {
	t.Helper()
	cfg, _, err := findingcfg.Parse("findings-cfg.yaml", []byte(yaml), findingcfg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f, _ := cfg.For(metadata.TypeOSIDFinding)
	return f
}

// imageID is the identity of an image as an enumeration finds it.
func imageID(componentName, version, name, imageVersion string) artefact.ID {
	return artefact.ID{
		ComponentName: &componentName, ComponentVersion: &version, Kind: artefact.KindResource,
		Artefact: &artefact.LocalID{Name: &name, Version: &imageVersion, Type: new("ociImage")},
	}
}

func clock() time.Time { return now }

// TestDelivery scans the images of the delivery, as of November 2026.
func TestDelivery(t *testing.T) {
	t.Parallel()
	const web, api, base, shop = "example.org/shop/web", "example.org/shop/api", "example.org/base/runtime", "example.org/shop"
	tool := imageID(shop, "2026.11.0", "tool", "0.3.0")
	tool.Artefact.ExtraID = map[string]string{"os": "linux", "architecture": "amd64"}
	cases := map[string]struct {
		id   artefact.ID
		want string // ID, VERSION_ID, status, greatest version, end of life, severity, time
	}{
		"web":       {imageID(web, "1.4.2", "web", "1.4.2"), "debian 10.13 branchReachedEol 10.13 2022-09-10T00:00:00 eol 31104000s"},
		"cache":     {imageID(web, "1.4.2", "cache", "2.0.1"), "alpine 3.16.9 branchReachedEol 3.16.9 2024-05-23T00:00:00 eol 31104000s"},
		"api":       {imageID(api, "v3.1.0", "api", "3.1.0"), "debian 12.5 branchReachedEol 12.15 2026-07-11T00:00:00 eol 31104000s"},
		"batch":     {imageID(api, "v3.1.0", "batch", "0.9.0"), "ubuntu 24.04 patchlevelBehind 24.04.4 2029-05-31T00:00:00 one-or-more-patchlevel-behind "},
		"probe":     {imageID(base, "1.1.0", "probe", "1.0.0"), "debian 12 distroless 12.15 2026-07-11T00:00:00 distroless "},
		"probe 1.0": {imageID(base, "1.0.0", "probe", "1.0.0"), "debian 12 distroless 12.15 2026-07-11T00:00:00 distroless "},
		"tool":      {tool, "  emptyOsId   empty-os-id "},
		"migrated":  {imageID(shop, "2026.11.0", "migrated", "5.0.0"), "debian 13.0 patchlevelBehind 13.7 2028-08-09T00:00:00 one-or-more-patchlevel-behind "},
	}
	scanner := osid.New(one{delivery(t)}, eol.Embedded(), gardener(t), osid.Config{Now: clock})
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			result, err := scanner.Scan(context.Background(), c.id)
			is.NoErr(err)
			is.Equal(len(result.Entries), 2)
			var f metadata.OSIDFinding
			is.NoErr(result.Entries[1].Data.Decode(&f))
			got := fmt.Sprintf("%s %s %s %s %s %s %s", text(f.OSID.ID), text(f.OSID.VersionID), f.OSStatus,
				text(f.GreatestVersion), f.EOLDate, f.Severity, text(result.Entries[1].AllowedProcessingTime))
			is.Equal(got, c.want)
			is.True(artefact.Equal(result.Entries[0].Artefact, c.id))
			is.True(artefact.Equal(result.Entries[1].Artefact, c.id))
		})
	}
}

// TestIndexForm scans an image that is a part of its component's index, as the
// successor of the OCM tools writes it, for two platforms without an os-release.
func TestIndexForm(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	scanner := osid.New(one{open(t, "nextgen/ctf")}, eol.Embedded(), gardener(t), osid.Config{Now: clock})
	for _, version := range []string{"1.0.0", "1.0.0+ci.7"} {
		result, err := scanner.Scan(context.Background(), imageID("acme.org/next/indexed", version, "image", "1.0.0"))
		is.NoErr(err)
		is.Equal(len(result.Entries), 2)
		var f metadata.OSIDFinding
		is.NoErr(result.Entries[1].Data.Decode(&f))
		is.Equal(f.OSStatus, metadata.OSEmptyOSID)
		is.Equal(f.Severity, "empty-os-id")
	}
}

// TestEntries shows the two entries of an image byte for byte.
func TestEntries(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	scanner := osid.New(one{delivery(t)}, eol.Embedded(), gardener(t), osid.Config{Now: clock})
	result, err := scanner.Scan(context.Background(), imageID("example.org/shop/web", "1.4.2", "cache", "2.0.1"))
	is.NoErr(err)
	got, err := json.MarshalIndent(result.Entries, "", "  ")
	is.NoErr(err)
	if *update {
		is.NoErr(os.WriteFile("testdata/entries.json", append(got, '\n'), 0o644))
	}
	want, err := os.ReadFile("testdata/entries.json")
	is.NoErr(err)
	is.Equal(cmp.Diff(strings.TrimSpace(string(want)), string(got)), "")
}

// TestUnrated reports what runs, but no finding.
func TestUnrated(t *testing.T) {
	t.Parallel()
	id := imageID("example.org/shop/web", "1.4.2", "cache", "2.0.1")
	const rated = `
- type: finding/osid
  categorisations: [{id: eol, display_name: EOL, value: 8, selector: {status: [%s]}}]
  filter: [{semantics: %s, artefact_name: cache}]
`
	cases := map[string]struct {
		finding *findingcfg.Finding
		want    int
	}{
		"no configuration": {nil, 1},
		"no category":      {finding(t, fmt.Sprintf(rated, "upToDate", "include")), 1},
		"filtered":         {finding(t, fmt.Sprintf(rated, "branchReachedEol", "exclude")), 1},
		"rated":            {finding(t, fmt.Sprintf(rated, "branchReachedEol", "include")), 2},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			result, err := osid.New(one{delivery(t)}, eol.Embedded(), c.finding, osid.Config{Now: clock}).Scan(context.Background(), id)
			is.NoErr(err)
			is.Equal(len(result.Entries), c.want)
		})
	}
}

// TestExtendedConfig counts LTS as support.
func TestExtendedConfig(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	scanner := osid.New(one{delivery(t)}, eol.Embedded(), gardener(t), osid.Config{Now: clock, ExtendedSupport: true})
	result, err := scanner.Scan(context.Background(), imageID("example.org/shop/api", "v3.1.0", "api", "3.1.0"))
	is.NoErr(err)
	var f metadata.OSIDFinding
	is.NoErr(result.Entries[1].Data.Decode(&f))
	is.Equal(f.OSStatus, metadata.OSPatchlevelBehind)
	is.Equal(string(f.EOLDate), "2028-06-30T00:00:00")
}

func TestUnsupported(t *testing.T) {
	t.Parallel()
	source := imageID("example.org/shop", "2026.11.0", "migrated", "5.0.0")
	source.Kind = artefact.KindSource
	chart := imageID("example.org/shop/web", "1.4.2", "chart", "1.4.2")
	chart.Artefact.Type = new("helmChart")
	elsewhere := component.Access{Type: "ociRegistry", Raw: []byte(`{"imageReference":"registry.example.org/x:1"}`)}
	declared := component.Access{Type: "none", Raw: []byte(`{}`)}
	cases := map[string]struct {
		id   artefact.ID
		repo component.Repository
		says string
	}{
		"source":                   {source, delivery(t), `kind is "source"`},
		"chart":                    {chart, delivery(t), `type is "helmChart"`},
		"nothing":                  {artefact.ID{Kind: artefact.KindResource}, delivery(t), `type is ""`},
		"image in a registry":      {imageID("c", "1", "web", "1"), changed{delivery(t), elsewhere}, "registry.example.org/x:1"},
		"image that is only named": {imageID("c", "1", "web", "1"), changed{delivery(t), declared}, `"none"`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			_, err := osid.New(one{c.repo}, nil, nil, osid.Config{}).Scan(context.Background(), c.id)
			is.True(errors.Is(err, worker.ErrUnsupported))
			is.True(strings.Contains(err.Error(), c.says))
		})
	}
}

// changed is a repository of one image with an access of its own.
type changed struct {
	component.Repository
	access component.Access
}

func (c changed) Descriptor(_ context.Context, id component.ID) (*component.Descriptor, error) {
	return &component.Descriptor{ID: id, Resources: []component.Resource{
		{Element: component.Element{Name: "web", Version: "1"}, Type: "ociImage", Access: c.access},
	}}, nil
}

// TestFailures passes on what the repository says.
func TestFailures(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	scan := func(repos osid.Repositories, cfg osid.Config, id artefact.ID) error {
		_, err := osid.New(repos, nil, nil, cfg).Scan(context.Background(), id)
		return err
	}
	repos := one{delivery(t)}
	batch := imageID("example.org/shop/api", "v3.1.0", "batch", "0.9.0")
	is.True(errors.Is(scan(nowhere{}, osid.Config{}, batch), component.ErrNotFound))                                           // no repository
	is.True(errors.Is(scan(repos, osid.Config{}, imageID("example.org/other", "1", "a", "1")), component.ErrNotFound))         // no component
	is.True(errors.Is(scan(repos, osid.Config{}, imageID("example.org/shop/api", "v3.1.0", "x", "1")), component.ErrNotFound)) // no resource
	for _, budget := range []image.Config{{MaxLayerBytes: 100}, {MaxFileBytes: 10}} {
		err := scan(repos, osid.Config{Image: budget}, batch)
		is.True(errors.Is(err, image.ErrBudget))
		is.True(errors.Is(err, worker.ErrPermanent)) // the same image will be as large again
	}
	text := changed{delivery(t), component.Access{Type: "localBlob/v1", Raw: []byte(`{"localReference":"` + releaseNotes + `"}`)}}
	err := scan(one{text}, osid.Config{}, imageID("c", "1", "web", "1"))
	is.True(errors.Is(err, image.ErrNotImage))
	is.True(errors.Is(err, worker.ErrPermanent))
}

// releaseNotes is a text in the delivery.
const releaseNotes = "sha256:2b541a9fa997ae8ae0b149ac134cf399ea5f1e6ef41a906b8748e7db9ebd48e9"

type nowhere struct{}

func (nowhere) Repository(context.Context, artefact.ID) (component.Repository, error) {
	return nil, component.ErrNotFound
}
