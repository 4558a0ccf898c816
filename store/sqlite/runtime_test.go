package sqlite_test

import (
	"context"
	"errors"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/sqlite"
)

func TestRuntimeArtefacts(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := open(t, sqlite.Config{})
	list := func(labels map[string]string) (all []sqlite.RuntimeArtefact) {
		t.Helper()
		for r, err := range s.RuntimeArtefacts(t.Context(), labels) {
			is.NoErr(err)
			all = append(all, r)
		}
		return all
	}
	seed := artefact.ID{ComponentName: new("acme.org/seed"), Kind: artefact.KindRuntime, Artefact: &artefact.LocalID{
		Name: new("seed-1"), ExtraID: map[string]string{"zone": "a"},
	}}
	prod := map[string]string{"acme.org/landscape": "prod", "b": "1", "a": "2"}
	is.NoErr(s.PutRuntimeArtefacts(t.Context(), prod, []artefact.ID{seed, seed}, now))
	is.NoErr(s.PutRuntimeArtefacts(t.Context(), prod, []artefact.ID{seed}, now.AddDate(0, 0, 1)))
	found := list(nil)
	is.Equal(len(found), 1) // the same with the same labels stays as it was
	is.True(regexp.MustCompile(`^runtime-artefact-[bcdfghjklmnpqrstvwxyz2456789]{5}$`).MatchString(found[0].Name))
	is.Equal(cmp.Diff([]sqlite.RuntimeArtefact{{Name: found[0].Name, Labels: prod, Artefact: seed, Created: now}}, found), "")

	is.NoErr(s.PutRuntimeArtefacts(t.Context(), nil, []artefact.ID{seed}, now))
	is.Equal(len(list(nil)), 2)
	is.Equal(len(list(map[string]string{"b": "1", "a": "2"})), 1)
	is.Equal(len(list(map[string]string{"b": "2"})), 0)
	is.Equal(len(list(map[string]string{"' OR 1 = 1 --": ""})), 0)

	is.NoErr(s.DropRuntimeArtefact(t.Context(), found[0].Name))
	is.NoErr(s.DropRuntimeArtefact(t.Context(), found[0].Name))
	is.Equal(len(list(nil)), 1)
	for range s.RuntimeArtefacts(t.Context(), nil) {
		break // who has enough may leave
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, err := range s.RuntimeArtefacts(ctx, nil) {
		is.True(errors.Is(err, context.Canceled))
	}
	is.NoErr(s.Close())
	is.True(errors.Is(s.PutRuntimeArtefacts(t.Context(), nil, []artefact.ID{seed}, now), store.ErrClosed))
}
