package odg_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/snapshot"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
)

var noon = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

func image(version string) artefact.ID {
	return artefact.ID{
		ComponentName: new("acme.org/shop"), ComponentVersion: new(version), Kind: artefact.KindResource,
		Artefact: &artefact.LocalID{Name: new("web"), Version: new(version), Type: new("ociImage")},
	}
}

func newCore(t *testing.T, findings string, change ...func(*odg.Config)) *odg.Core {
	t.Helper()
	cfg, _, err := findingcfg.Parse("findings-cfg.yaml", []byte(findings), findingcfg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	config := odg.Config{Findings: cfg, Now: func() time.Time { return noon }}
	for _, f := range change {
		f(&config)
	}
	return odg.New(memory.New(), config)
}

func put(t *testing.T, core *odg.Core, entries ...metadata.Entry) {
	t.Helper()
	if err := core.PutMetadata(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
}

func entry(t *testing.T, id artefact.ID, source metadata.Datasource, typ metadata.Type, data any) metadata.Entry {
	t.Helper()
	payload, err := metadata.NewPayload(typ, data)
	if err != nil {
		t.Fatal(err)
	}
	return metadata.Entry{Artefact: id, Data: payload, Meta: metadata.Meta{Datasource: source, Type: typ}}
}

// rescoring of the vulnerability of the example, in the scope of id.
func rescoring(t *testing.T, scope artefact.ID, severity, user string) metadata.Entry {
	t.Helper()
	return entry(t, scope, metadata.SourceDashboard, metadata.TypeRescoring, metadata.CustomRescoring{
		Finding:        metadata.ObjectOf(metadata.VulnerabilityRef{PackageName: "openssl", CVE: "CVE-2024-1"}),
		ReferencedType: metadata.TypeVulnerability, Severity: severity,
		User: metadata.ObjectOf(metadata.User{Username: user, Type: "user"}), MatchingRules: []string{},
	})
}

func assess(t *testing.T, core *odg.Core, scanners ...odg.Scanner) odg.Assessment {
	t.Helper()
	a, err := core.Assess(t.Context(), scanners...)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestPutSetsMissingTimes(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	core := newCore(t, findingsCfg)
	put(t, core, active(image("1.0.0"), noon))
	for e, err := range core.QueryMetadata(t.Context(), store.Query{}) {
		is.NoErr(err)
		is.Equal(e.Meta.CreationDate, metadata.Timestamp("2026-11-01T12:00:00"))
		is.Equal(e.Meta.LastUpdate, metadata.Timestamp("2026-11-01T12:00:00"))
	}
	is.NoErr(core.PutMetadata(t.Context(), nil))    // nothing is nothing
	is.NoErr(core.DeleteMetadata(t.Context(), nil)) // also here
}

func TestFirstSeenStaysFirstSeen(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	core := newCore(t, findingsCfg)
	put(t, core, active(image("1.0.0"), noon), vulnerability(image("1.0.0")))
	later := vulnerability(image("2.0.0"))
	later.DiscoveryDate = "2026-12-24"
	put(t, core, active(image("2.0.0"), noon), later)
	a := assess(t, core)
	is.Equal(len(a.Findings), 2)
	for _, f := range a.Findings {
		is.Equal(f.Due, metadata.Date("2026-12-01")) // a new release does not reset the clock
	}
}

func TestRescoringDecides(t *testing.T) {
	t.Parallel()
	component, everywhere := artefact.ID{ComponentName: new("acme.org/shop"), Artefact: &artefact.LocalID{}}, artefact.ID{Artefact: &artefact.LocalID{}}
	for name, c := range map[string]struct {
		scopes []artefact.ID // NONE by the first, HIGH by the second
		peer   bool
		want   string
	}{
		"none":                     {nil, false, "HIGH"},
		"single":                   {[]artefact.ID{image("1.0.0")}, false, "NONE"},
		"component":                {[]artefact.ID{component}, false, "NONE"},
		"global":                   {[]artefact.ID{everywhere}, false, "NONE"},
		"single beats global":      {[]artefact.ID{image("1.0.0"), everywhere}, false, "NONE"},
		"other version":            {[]artefact.ID{image("2.0.0")}, false, "HIGH"},
		"global as the peer reads": {[]artefact.ID{everywhere}, true, "HIGH"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			core := newCore(t, findingsCfg, func(cfg *odg.Config) { cfg.PeerScopes = c.peer })
			put(t, core, active(image("1.0.0"), noon), vulnerability(image("1.0.0")))
			for i, scope := range c.scopes {
				put(t, core, rescoring(t, scope, []string{"NONE", "HIGH"}[i], "somebody"))
			}
			f := assess(t, core).Findings[0]
			is.Equal(f.Severity, c.want)
			is.Equal(f.Rescoring != nil, c.want == "NONE")
			is.Equal(f.Solved(), c.want == "NONE")
			is.Equal(f.Due == "", c.want == "NONE") // what is solved is not due
		})
	}
}

func TestAssessLeavesOutWhatIsNotActive(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	core := newCore(t, findingsCfg)
	put(t, core, vulnerability(image("1.0.0")), active(image("2.0.0"), noon))
	a := assess(t, core)
	is.Equal(a.Artefacts, 1)
	is.Equal(len(a.Findings), 0) // the finding is of another version

	gone, _ := snapshot.New(noon).Deactivate(noon.Add(time.Hour))
	payload, err := gone.Payload()
	is.NoErr(err)
	inactive := active(image("2.0.0"), noon)
	inactive.Data = payload
	put(t, core, inactive)
	is.Equal(assess(t, core).Artefacts, 0)
}

func TestAssessOfRowsSharedBetweenVersions(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	core := newCore(t, findingsCfg)
	shared := vulnerability(image("1.0.0"))
	shared.Artefact.ComponentVersion = nil // as BDBA writes them
	put(t, core, shared, active(image("1.0.0"), noon))
	scanner := odg.Scanner{Service: "bdba", Datasource: metadata.SourceBDBA, Expects: func(artefact.ID) bool { return true }}
	a := assess(t, core, scanner)
	is.Equal(len(a.Findings), 1)
	is.Equal(len(a.Unscanned), 1)
	is.Equal(a.Unscanned[0].Service, "bdba")

	info := entry(t, shared.Artefact, metadata.SourceBDBA, metadata.TypeScanInfo, map[string]any{})
	put(t, core, info)
	is.Equal(len(assess(t, core, scanner).Unscanned), 0)
}

func TestAssessOrdersByDueDate(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	core := newCore(t, findingsCfg)
	soon, late, never := vulnerability(image("1.0.0")), vulnerability(image("1.0.0")), vulnerability(image("1.0.0"))
	soon.AllowedProcessingTime = new("1d")
	for i, e := range []*metadata.Entry{&late, &never, &soon} {
		payload, err := metadata.NewPayload(metadata.TypeVulnerability, metadata.VulnerabilityFinding{
			PackageName: "p", CVE: []string{"late", "never", "soon"}[i], CVSSScore: new(metadata.Number(7)),
			Severity: []string{"HIGH", "unknown", "HIGH"}[i],
		})
		is.NoErr(err)
		e.Data = payload
	}
	put(t, core, active(image("1.0.0"), noon), late, never, soon)
	var got []string
	a := assess(t, core)
	for _, f := range a.Findings {
		got = append(got, f.Subject())
	}
	is.Equal(got, []string{"soon in p", "late in p", "never in p"})
	is.True(a.Findings[2].Err != nil) // its category is not configured
	is.Equal(a.Findings[2].Value(), -1)
	is.True(a.Findings[0].Overdue(noon.AddDate(0, 0, 2)))
	is.True(!a.Findings[0].Overdue(noon.AddDate(0, 0, 1))) // the due date is the last day
	_, due := a.Findings[2].DaysLeft(noon)
	is.True(!due)
}

func TestFindingThatNeedsADate(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	core := newCore(t, `[{type: finding/vulnerability, categorisations: [
		{id: NONE, display_name: None, value: 0}, {id: HIGH, display_name: High, value: 4, allowed_processing_time: input}]}]`)
	e := vulnerability(image("1.0.0"))
	e.AllowedProcessingTime = nil
	put(t, core, active(image("1.0.0"), noon), e)
	is.True(errors.Is(assess(t, core).Findings[0].Err, findingcfg.ErrDueDateNeeded))
}

func TestQueryObeysFindingFilters(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	core := newCore(t, `[{type: finding/vulnerability, categorisations: [{id: NONE, display_name: None, value: 0}],
		filter: [{semantics: exclude, component_name: 'acme.org/.*'}]}]`)
	put(t, core, active(image("1.0.0"), noon), vulnerability(image("1.0.0")))
	n := 0
	for e, err := range core.QueryMetadata(t.Context(), store.Query{}) {
		is.NoErr(err)
		is.Equal(e.Meta.Type, metadata.TypeSnapshot) // the finding type does not apply
		n++
	}
	is.Equal(n, 1)
}

func TestDeleteMetadata(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	core := newCore(t, findingsCfg)
	put(t, core, active(image("1.0.0"), noon), vulnerability(image("1.0.0")))
	is.NoErr(core.DeleteMetadata(t.Context(), []metadata.Entry{vulnerability(image("1.0.0")), vulnerability(image("9.9.9"))}))
	is.Equal(len(assess(t, core).Findings), 0)
	counts, err := core.CountScanInfos(t.Context())
	is.NoErr(err)
	is.Equal(len(counts), 0)
}

// descriptors resolves one component version, or fails.
type descriptors struct{ err error }

func (d descriptors) Descriptor(_ context.Context, id component.ID) (*component.Descriptor, error) {
	if d.err != nil {
		return nil, d.err
	}
	return &component.Descriptor{ID: id, Resources: []component.Resource{{
		Element: component.Element{Name: "web", Version: "1.0.0"}, Type: "ociImage",
	}}}, nil
}

func TestQueryFindsRowsWithoutVersion(t *testing.T) {
	t.Parallel()
	shared := vulnerability(image("1.0.0"))
	shared.Artefact.ComponentVersion = nil
	q := store.Query{
		Types:     []metadata.Type{metadata.TypeVulnerability},
		Artefacts: []store.Selector{{ID: artefact.ID{ComponentName: new("acme.org/shop"), ComponentVersion: new("1.0.0")}}},
	}
	down := errors.New("registry is down")
	for name, c := range map[string]struct {
		resolver component.Resolver
		found    int
		err      error
	}{
		"no resolver":     {nil, 0, nil},
		"resolved":        {descriptors{}, 1, nil},
		"not found":       {descriptors{component.ErrNotFound}, 0, nil},
		"cannot be asked": {descriptors{down}, 0, down},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			core := newCore(t, findingsCfg, func(cfg *odg.Config) { cfg.Descriptors = c.resolver })
			put(t, core, shared)
			n := 0
			var failed error
			for _, err := range core.QueryMetadata(t.Context(), q) {
				if err != nil {
					failed = err
					continue
				}
				n++
			}
			is.Equal(n, c.found)
			is.True(errors.Is(failed, c.err))
		})
	}
}

func TestClosedStore(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := memory.New()
	core := odg.New(s, odg.Config{})
	is.NoErr(s.Close())
	_, err := core.Assess(t.Context())
	is.True(errors.Is(err, store.ErrClosed))
	is.True(errors.Is(core.PutMetadata(t.Context(), []metadata.Entry{active(image("1"), noon)}), store.ErrClosed))
}

func TestSubjects(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		typ  metadata.Type
		data any
		want string
	}{
		"os":         {metadata.TypeOSIDFinding, metadata.OSIDFinding{OSID: metadata.OperatingSystemID{PrettyName: new("Debian 12")}}, "Debian 12"},
		"os by name": {metadata.TypeOSIDFinding, metadata.OSIDFinding{OSID: metadata.OperatingSystemID{Name: new("Alpine"), VersionID: new("3.16")}}, "Alpine 3.16"},
		"no os":      {metadata.TypeOSIDFinding, metadata.OSIDFinding{}, "no operating system named"},
		"license": {metadata.TypeLicense, metadata.LicenseFinding{
			BDBA: metadata.BDBA{PackageName: "p"}, License: metadata.License{Name: "GPL"},
		}, "GPL in p"},
		"other":   {metadata.TypeSAST, metadata.SASTFinding{SASTStatus: "no-linter", SubType: "local-linting"}, "no-linter local-linting"},
		"unknown": {"my/type", map[string]any{"key": "a|b"}, "a b"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			f := odg.Finding{Entry: entry(t, image("1"), "x", c.typ, c.data)}
			is.Equal(f.Subject(), c.want)
		})
	}
}
