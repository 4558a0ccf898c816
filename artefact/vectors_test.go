package artefact_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/internal/vectors"
)

func TestKeyVectors(t *testing.T) {
	t.Parallel()
	var recorded struct {
		Cases []struct {
			ID                string                  `json:"id"`
			Artefact          json.RawMessage         `json:"artefact"`
			Key               vectors.Result[string]  `json:"key"`
			LocalKey          vectors.Result[*string] `json:"local_key"`
			NormalisedExtraID vectors.Result[*string] `json:"normalised_extra_id"`
			QueryEntry        vectors.Result[string]  `json:"parse_as_query_entry"`
		} `json:"cases"`
	}
	vectors.Load(t, "artefact_keys.json", &recorded)
	is.New(t).True(len(recorded.Cases) > 0)
	for _, c := range recorded.Cases {
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			var id artefact.ID
			is.NoErr(json.Unmarshal(c.Artefact, &id))
			is.Equal(id.Key(), c.Key.Value)
			is.Equal(id.String(), c.Key.Value)
			if c.LocalKey.Value == nil {
				is.True(id.Artefact == nil)
			} else {
				is.Equal(id.Artefact.Key(), *c.LocalKey.Value)
				is.Equal(artefact.NormaliseExtraID(id.Artefact.ExtraID), *c.NormalisedExtraID.Value)
			}
			parsed, err := artefact.Parse(c.Artefact)
			is.Equal(err != nil, c.QueryEntry.Failed()) // refused as recorded
			if err == nil {
				is.Equal(parsed.Key(), c.QueryEntry.Value)
			}
		})
	}
}

// recordedGroup is a case of issue_ids.json.
type recordedGroup struct {
	Case     string                      `json:"case"`
	Attrs    []artefact.Attribute        `json:"attrs_to_group_by"`
	Artefact artefact.ID                 `json:"artefact"`
	GroupID  vectors.Result[string]      `json:"group_id"`
	Kept     vectors.Result[artefact.ID] `json:"strip_keep_group_attributes"`
	Dropped  vectors.Result[artefact.ID] `json:"strip_drop_group_attributes"`
}

// defaultAttrs are what the recorded installation groups by without configuration.
var defaultAttrs = []artefact.Attribute{
	artefact.AttrComponentName, artefact.AttrKind, artefact.AttrName, artefact.AttrType,
}

func TestGroupVectors(t *testing.T) {
	t.Parallel()
	var recorded struct {
		Cases []recordedGroup `json:"cases"`
	}
	vectors.Load(t, "issue_ids.json", &recorded)
	is.New(t).True(len(recorded.Cases) > 0)
	for _, c := range recorded.Cases {
		if c.Attrs == nil {
			c.Attrs = defaultAttrs
		}
		t.Run(c.Case, func(t *testing.T) {
			t.Parallel()
			group, err := artefact.GroupID(c.Artefact, c.Attrs)
			check(t, c.GroupID, group, err)
			kept, err := artefact.Keep(c.Artefact, c.Attrs)
			check(t, c.Kept, kept, err)
			dropped, err := artefact.Drop(c.Artefact, c.Attrs)
			check(t, c.Dropped, dropped, err)
		})
	}
}

func check[T any](t *testing.T, want vectors.Result[T], got T, err error) {
	t.Helper()
	is := is.New(t)
	if want.Failed() {
		is.True(errors.Is(err, artefact.ErrNoArtefact))
		return
	}
	is.NoErr(err)
	wantJSON, err := json.Marshal(want.Value)
	is.NoErr(err)
	gotJSON, err := json.Marshal(got)
	is.NoErr(err)
	is.Equal(cmp.Diff(string(wantJSON), string(gotJSON)), "")
}
