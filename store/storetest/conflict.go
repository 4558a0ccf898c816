package storetest

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// conflicts are pairs of entries whose keys are the same text (D24).
var conflicts = []struct {
	name            string
	stored, refused metadata.Entry
}{
	{"null and the text None", scanInfo(image("web", "None")), func() metadata.Entry {
		id := image("web", "None")
		id.ComponentVersion = nil
		return scanInfo(id)
	}()},
	{"a separator in a name", scanInfo(artefact.ID{ComponentName: new("a|b"), ComponentVersion: new("c")}),
		scanInfo(artefact.ID{ComponentName: new("a"), ComponentVersion: new("b|c")})},
	{"no artefact and one that the version spells", scanInfo(artefact.ID{ComponentName: new("a"), ComponentVersion: new("b|x|y|z|e:1")}),
		scanInfo(artefact.ID{ComponentName: new("a"), ComponentVersion: new("b"), Artefact: &artefact.LocalID{
			Name: new("x"), Version: new("y"), Type: new("z"), ExtraID: map[string]string{"e": "1|None"},
		}})},
	{"a separator in an extra identity", scanInfo(extra(map[string]string{"a": "b_c:d"})), scanInfo(extra(map[string]string{"a": "b", "c": "d"}))},
	{"null and the text None in the data", vulnerability(image("web", "1"), "openssl", "None", "CVE-1"), func() metadata.Entry {
		e := vulnerability(image("web", "1"), "openssl", "", "CVE-1")
		e.Data = payload(metadata.TypeVulnerability, `{"package_name":"openssl","cve":"CVE-1","severity":"HIGH","cvss_score":7}`)
		return e
	}()},
	{"a separator in the data", vulnerability(image("web", "1"), "a|b", "c", "CVE-1"), vulnerability(image("web", "1"), "a", "b|c", "CVE-1")},
	{"a separator in the datasource", from(entry(image("web", "1"), "b|c", `{}`), "a"), from(entry(image("web", "1"), "c", `{}`), "a|b")},
}

func extra(e map[string]string) artefact.ID {
	id := image("web", "1")
	id.Artefact.ExtraID = e
	return id
}

var conflictCases = []testCase{
	{"an id with another identity is refused with its batch, and both are named", func(t *testing.T, b *bench) {
		for _, c := range conflicts {
			t.Run(c.name, func(t *testing.T) {
				is := is.New(t)
				is.Equal(c.stored.ID(), c.refused.ID()) // the case itself is right
				b.put(c.stored)
				before := b.dump()
				_, err := b.Upsert(t.Context(), []metadata.Entry{scanInfo(image("first", "1")), c.refused, scanInfo(image("last", "1"))},
					store.UpsertOptions{Now: now})
				checkConflict(t, err, c.stored, c.refused)
				is.Equal(cmp.Diff(before, b.dump()), "") // nothing of the batch is stored
				_, err = b.Delete(t.Context(), []string{c.stored.ID()})
				is.NoErr(err)
			})
		}
	}},
	{"two identities of one id in one batch are refused", func(t *testing.T, b *bench) {
		is := is.New(t)
		for _, c := range conflicts {
			_, err := b.Upsert(t.Context(), []metadata.Entry{c.stored, c.refused}, store.UpsertOptions{Now: now})
			checkConflict(t, err, c.stored, c.refused)
		}
		is.Equal(len(b.dump()), 0)
	}},
}

func checkConflict(t *testing.T, err error, stored, refused metadata.Entry) {
	t.Helper()
	is := is.New(t)
	is.True(errors.Is(err, store.ErrConflict))
	var conflict *store.ConflictError
	is.True(errors.As(err, &conflict))
	is.Equal(conflict.ID, stored.ID())
	is.Equal(cmp.Diff(stored.Artefact, conflict.Existing), "")
	is.Equal(cmp.Diff(refused.Artefact, conflict.Refused), "")
	is.Equal(conflict.ExistingMeta.Type, stored.Meta.Type)
	is.Equal(conflict.RefusedMeta.Datasource, refused.Meta.Datasource)
}
