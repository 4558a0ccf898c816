package artefact_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
)

func TestParseNamesTheFault(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ in, path, message string }{
		"no JSON":            {`{`, "", "unexpected end of JSON input"},
		"a list":             {`[]`, "", "want an object, got list"},
		"unknown key":        {`{"foo": 1}`, "foo", "key is unknown here"},
		"key in other case":  {`{"Component_Name": "a"}`, "Component_Name", "key is unknown here"},
		"number for a name":  {`{"component_name": 1}`, "component_name", "want a string or null, got number"},
		"artefact is a list": {`{"artefact": []}`, "artefact", "want an object, got list"},
		"unknown local key":  {`{"artefact": {"x": 1}}`, "artefact.x", "key is unknown here"},
		"null extra id":      {`{"artefact": {"artefact_extra_id": null}}`, "artefact.artefact_extra_id", "want an object, got null"},
		"null in extra id":   {`{"artefact": {"artefact_extra_id": {"os": null}}}`, "artefact.artefact_extra_id.os", "want a string, got null"},
		"unknown kind":       {`{"artefact_kind": "image"}`, "artefact_kind", `"image" is unknown`},
		"empty kind":         {`{"artefact_kind": ""}`, "artefact_kind", `""`},
		"kind is a bool":     {`{"artefact_kind": true}`, "artefact_kind", "want a string or null, got bool"},
		"references":         {`{"references": [{}]}`, "references", "not supported"},
		"null references":    {`{"references": null}`, "references", "want a list, got null"},
		"key twice":          {`{"artefact": {"artefact_name": "a", "artefact_name": "b"}}`, "artefact", "occurs twice"},
		"NUL":                {`{"component_name": "\u0000"}`, "", "NUL"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			_, err := artefact.Parse([]byte(c.in))
			var fault *artefact.FieldError
			is.True(errors.As(err, &fault))
			is.Equal(fault.Path, c.path)
			is.True(strings.Contains(err.Error(), c.message)) // the message says what is wrong
			is.True(errors.Unwrap(err) != nil)
		})
	}
}

func TestNullDiffersFromEmpty(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	empty := artefact.ID{ComponentName: new("")}
	is.True(!artefact.Equal(empty, artefact.ID{}))
	is.True(artefact.Equal(empty, artefact.ID{ComponentName: new("")}))
	is.Equal(artefact.Text(nil), "")
}

func TestUnknownAttributes(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	id := artefact.ID{ComponentName: new("c"), ComponentVersion: new("1"), Artefact: &artefact.LocalID{Version: new("2")}}
	group, err := artefact.GroupID(id, []artefact.Attribute{"colour", artefact.AttrKind, artefact.AttrVersion})
	is.NoErr(err)
	is.Equal(group, "None2") // unknown attributes are nothing
	kept, err := artefact.Keep(id, []artefact.Attribute{"colour"})
	is.NoErr(err)
	is.Equal(kept.Key(), artefact.ID{Artefact: &artefact.LocalID{}}.Key())
}

func TestManyExtraIDs(t *testing.T) {
	t.Parallel()
	extra := map[string]string{}
	want := ""
	for i := range 30 {
		extra[fmt.Sprintf("k%02d", i)] = "v"
		want += fmt.Sprintf("_k%02d:v", i)
	}
	is.New(t).Equal(artefact.NormaliseExtraID(extra), want[1:])
}

func TestLocalOfNone(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	is.Equal(artefact.ID{}.Local().Key(), artefact.LocalID{}.Key())
	out, err := json.Marshal(artefact.ID{Artefact: &artefact.LocalID{}})
	is.NoErr(err)
	is.Equal(string(out), `{"component_name":null,"component_version":null,"artefact":{"artefact_name":null,"artefact_type":null,`+
		`"artefact_version":null,"artefact_extra_id":{}},"artefact_kind":null,"references":[]}`)
}

func TestMarshal(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	id := artefact.ID{
		ComponentName: new("c\"<"), Kind: artefact.KindSource,
		Artefact:   &artefact.LocalID{ExtraID: map[string]string{"b": "2", "a": "1"}},
		References: []artefact.ID{{}, {ComponentVersion: new("1")}},
	}
	is.Equal(string(id.AppendJSON(nil)), `{"component_name":"c\"<","component_version":null,`+
		`"artefact":{"artefact_name":null,"artefact_type":null,"artefact_version":null,"artefact_extra_id":{"a":"1","b":"2"}},`+
		`"artefact_kind":"source","references":[`+
		`{"component_name":null,"component_version":null,"artefact":null,"artefact_kind":null,"references":[]},`+
		`{"component_name":null,"component_version":"1","artefact":null,"artefact_kind":null,"references":[]}]}`)
	out, err := json.Marshal(id)
	is.NoErr(err)
	var again artefact.ID
	is.NoErr(json.Unmarshal(out, &again))
	is.True(artefact.Equal(again, id))
	local, err := json.Marshal(artefact.LocalID{})
	is.NoErr(err)
	is.Equal(string(local), `{"artefact_name":null,"artefact_type":null,"artefact_version":null,"artefact_extra_id":{}}`)
	kinds, err := json.Marshal([]artefact.Kind{"", artefact.KindRuntime})
	is.NoErr(err)
	is.Equal(string(kinds), `[null,"runtime"]`)
}
