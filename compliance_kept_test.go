package odg_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
)

// keeper is a store that keeps how findings stand: as it is told.
type keeper struct {
	*memory.Store
	asked     store.StandingQuery
	standings []store.Standing
	err       error // behind them
}

func (k *keeper) Standings(_ context.Context, q store.StandingQuery) iter.Seq2[store.Standing, error] {
	return func(yield func(store.Standing, error) bool) {
		k.asked = q
		for _, s := range k.standings {
			if !yield(s, nil) {
				return
			}
		}
		if k.err != nil {
			yield(store.Standing{}, k.err)
		}
	}
}

var errAway = errors.New("away")

func TestComplianceOfWhatIsKept(t *testing.T) {
	t.Parallel()
	found := func(c int, severity string) store.Standing {
		return store.Standing{Component: c, Type: metadata.TypeVulnerability, Datasource: metadata.SourceBDBA, Severity: severity}
	}
	looked := store.Standing{Type: metadata.TypeScanInfo, Datasource: metadata.SourceBDBA}
	for name, c := range map[string]struct {
		standings []store.Standing
		err       error
		want      string
		fails     error
	}{
		"the greatest value counts":           {[]store.Standing{found(0, "NONE"), looked, found(0, "HIGH"), found(1, "HIGH")}, nil, "HIGH", nil},
		"nothing was found":                   {[]store.Standing{looked, found(1, "HIGH")}, nil, odg.Clean, nil},
		"nobody has looked":                   {[]store.Standing{found(0, "HIGH")}, nil, odg.Unknown, nil},
		"a severity that is not configured":   {[]store.Standing{looked, found(0, "")}, nil, odg.Unknown, nil},
		"what is outdated is judged anew":     {[]store.Standing{looked, found(0, "HIGH")}, fmt.Errorf("kept: %w", store.ErrOutdated), odg.Clean, nil},
		"a store that is away is not ignored": {[]store.Standing{looked, found(0, "HIGH")}, errAway, "", errAway},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			kept := &keeper{Store: memory.New(), standings: c.standings, err: c.err}
			core := odg.New(kept, odg.Config{Findings: parsed(t, findingsCfg), Now: func() time.Time { return noon }})
			put(t, core, scanned(t, image("1.0.0")))
			tree := []*component.Descriptor{shop("1.0.0"), shop("2.0.0")}
			all, err := core.Compliance(t.Context(), tree, vulnerabilities)
			is.True(errors.Is(err, c.fails))
			want := store.StandingQuery{Now: noon, Types: vulnerabilities, Datasources: []metadata.Datasource{metadata.SourceBDBA}}
			for _, d := range tree {
				artefacts := store.ComponentArtefacts{Name: d.Name, Version: d.Version}
				for _, a := range d.Artefacts() {
					artefacts.Artefacts = append(artefacts.Artefacts, a.ID)
				}
				want.Components = append(want.Components, artefacts)
			}
			is.Equal(cmp.Diff(want, kept.asked, cmpopts.EquateEmpty()), "")
			if c.fails == nil {
				is.Equal(all[0].Standings[0].Categorisation, c.want)
			}
		})
	}
}
