package exchange_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/vex"
	"github.com/opendeliverygear/odg/vex/exchange"
)

var (
	now     = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	shop    = component.ID{Name: "acme.org/shop", Version: "1.0.0"}
	errDown = errors.New("store is down")
)

// core has entries, and fails as told.
type core struct {
	entries         []metadata.Entry
	query, rescore  error
	failsAt         metadata.Type // of which queries fail
	rescored, asked int
}

func (c *core) QueryMetadata(_ context.Context, q store.Query) iter.Seq2[metadata.Entry, error] {
	return func(yield func(metadata.Entry, error) bool) {
		c.asked++
		if c.query != nil && q.Types[0] == c.failsAt {
			yield(metadata.Entry{}, c.query)
			return
		}
		for _, e := range c.entries {
			if e.Meta.Type == q.Types[0] && !yield(e, nil) {
				return
			}
		}
	}
}

func (c *core) Rescore(_ context.Context, rescorings []metadata.Entry) error {
	c.rescored += len(rescorings)
	return c.rescore
}

func found(t *testing.T, version, cve string) metadata.Entry {
	t.Helper()
	data, err := metadata.NewPayload(metadata.TypeVulnerability, metadata.VulnerabilityFinding{
		Severity: "HIGH", PackageName: "openssl", PackageVersion: new("1"), CVE: cve, CVSSScore: new(metadata.Number(7.5)),
	})
	if err != nil {
		t.Fatal(err)
	}
	id := artefact.ID{ComponentName: &shop.Name, Kind: artefact.KindResource, Artefact: &artefact.LocalID{Name: new("web"), Version: new("2"), Type: new("ociImage")}}
	if version != "" {
		id.ComponentVersion = &version
	}
	return metadata.Entry{Artefact: id, Meta: metadata.Meta{Datasource: "trivy", Type: metadata.TypeVulnerability}, Data: data, DiscoveryDate: "2026-10-01"}
}

func newExchange(t *testing.T, c *core) *exchange.Exchange {
	t.Helper()
	findings, _, err := findingcfg.Parse("findings-cfg.yaml", []byte(`
- type: finding/vulnerability
  categorisations: [{id: NONE, display_name: None, value: 0, rescoring: manual}, {id: HIGH, display_name: High, value: 4}]
`), findingcfg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return exchange.New(c, exchange.Config{Findings: findings, Now: func() time.Time { return now }})
}

func notAffected(products ...string) []vex.Document {
	doc := vex.Document{Name: "doc", Statements: []vex.Statement{{Path: "statements[0]", Vulnerability: "CVE-1", Status: vex.NotAffected}}}
	for i, p := range products {
		doc.Statements[0].Products = append(doc.Statements[0].Products, vex.Product{Path: fmt.Sprintf("statements[0].products[%d]", i), IDs: []string{p}})
	}
	return []vex.Document{doc}
}

func TestFaultsOfTheCoreAreNotThoseOfDocuments(t *testing.T) {
	t.Parallel()
	web := notAffected("pkg:oci/web?tag=2")
	for name, c := range map[string]*core{
		"findings":   {query: errDown, failsAt: metadata.TypeVulnerability},
		"rescorings": {query: errDown, failsAt: metadata.TypeRescoring},
		"store":      {rescore: errDown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			c.entries = []metadata.Entry{found(t, "1.0.0", "CVE-1")}
			x := newExchange(t, c)
			_, err := x.Import(t.Context(), web, exchange.Import{})
			is.True(errors.Is(err, errDown))
			var refused *exchange.Refused
			is.True(!errors.As(err, &refused))
			_, err = x.Export(t.Context(), shop, exchange.Export{})
			is.Equal(errors.Is(err, errDown), c.query != nil)
		})
	}
}

func TestNothingIsStoredOrReadInVain(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	c := &core{entries: []metadata.Entry{found(t, "1.0.0", "CVE-1"), found(t, "1.0.0", "CVE-2")}}
	x := newExchange(t, c)
	for option, o := range map[string]exchange.Import{
		"status": {Statuses: vex.Mapping{vex.Fixed: "MINOR"}}, "valid_until": {ValidUntil: "2026-10-31"}, "scope": {Scope: "world"},
	} {
		_, err := x.Import(t.Context(), notAffected("pkg:oci/web?tag=2"), o)
		var refused *exchange.Refused
		is.True(errors.As(err, &refused))
		is.Equal(refused.Option, option)
	}
	is.Equal(c.asked, 0) // the faults showed before anything was read

	products := []string{"pkg:oci/web?tag=2"}
	for i := range 30 {
		products = append(products, fmt.Sprint("nobody", i))
	}
	plan, err := x.Import(t.Context(), notAffected(products...), exchange.Import{})
	var unmatched *exchange.Unmatched
	is.True(errors.As(err, &unmatched))
	is.Equal(len(unmatched.Outcomes), 30)
	is.Equal(len(plan.Outcomes), 31) // what became of all
	is.Equal(strings.Count(err.Error(), "\n"), vex.MaxFaults)
	is.True(strings.HasPrefix(err.Error(), "doc: statements[0].products[1]: nothing here is the product nobody0\n"))
	is.True(strings.HasSuffix(err.Error(), "\nand 10 more"))
	is.Equal(c.rescored, 0)

	plan, err = x.Import(t.Context(), notAffected(products...), exchange.Import{Partial: true})
	is.NoErr(err)
	is.Equal(len(plan.Rescorings), 1)
	is.Equal(c.rescored, 1)
}

// A rescoring holds for all versions of a package, so one that is not spoken of prevents it.
func TestUncoveredVersionsAreTold(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	other := found(t, "1.0.0", "CVE-1")
	data, err := metadata.NewPayload(metadata.TypeVulnerability, metadata.VulnerabilityFinding{
		Severity: "HIGH", PackageName: "openssl", PackageVersion: new("2"), CVE: "CVE-1", CVSSScore: new(metadata.Number(7.5)),
	})
	is.NoErr(err)
	other.Data = data
	x := newExchange(t, &core{entries: []metadata.Entry{found(t, "1.0.0", "CVE-1"), other}})
	_, err = x.Import(t.Context(), notAffected("openssl@1"), exchange.Import{})
	is.Equal(err.Error(), "doc: statements[0].products[0]: an artefact has CVE-1 in another version of the package too, which no statement says the same of; a rescoring would hold for both")
}

func TestExport(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	x := newExchange(t, &core{entries: []metadata.Entry{found(t, "1.0.0", "CVE-1"), found(t, "", "CVE-2"), found(t, "2.0.0", "CVE-3")}})
	doc, err := x.Export(t.Context(), shop, exchange.Export{Author: "Shop"})
	is.NoErr(err)
	is.Equal(doc.Author, "Shop")
	is.Equal(len(doc.Statements), 2) // also what all versions have
	_, err = x.Export(t.Context(), component.ID{Name: shop.Name, Version: "3"}, exchange.Export{})
	is.True(errors.Is(err, exchange.ErrUnknown))
}

func TestWithoutConfiguration(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	c := &core{}
	x := exchange.New(c, exchange.Config{})
	_, err := x.Import(t.Context(), nil, exchange.Import{})
	is.True(errors.Is(err, exchange.ErrNotConfigured))
	_, err = x.Export(t.Context(), shop, exchange.Export{})
	is.True(errors.Is(err, exchange.ErrNotConfigured))
	is.Equal(c.asked, 0)
}
