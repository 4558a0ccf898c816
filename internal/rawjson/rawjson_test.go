package rawjson_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/internal/rawjson"
)

func TestMembers(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	members, err := rawjson.Members([]byte(" { \"b\" : 1.50 , \"\\u0061\":{ \"x\" : [ \"]}\\\"\" ] },\n\"c\":null } "))
	is.NoErr(err)
	is.Equal(len(members), 3)
	is.Equal(members[0].Key, "b")
	is.Equal(string(members[0].Value), "1.50")
	is.Equal(members[1].Key, "a") // keys are decoded
	is.Equal(string(members[1].Value), `{ "x" : [ "]}\"" ] }`)
	is.Equal(string(members[2].Value), "null")
	empty, err := rawjson.Members([]byte("{}"))
	is.NoErr(err)
	is.Equal(len(empty), 0)
}

func TestMembersRefuses(t *testing.T) {
	t.Parallel()
	var many strings.Builder
	for i := range 20 {
		fmt.Fprintf(&many, `"k%d":1,`, i)
	}
	for in, want := range map[string]string{
		``:                              "unexpected end of JSON input",
		`{"a":1`:                        "at byte 6: unexpected end of JSON input",
		`{"a":1}{`:                      "after top-level value",
		`[1]`:                           "want an object, got list",
		` "x"`:                          "want an object, got string",
		`7`:                             "want an object, got number",
		`true`:                          "want an object, got bool",
		`null`:                          "want an object, got null",
		`{"a":1,"\u0061":2}`:            `key "a" occurs twice`,
		`{` + many.String() + `"k7":1}`: `key "k7" occurs twice`,
		`{"a":"\u0000"}`:                "NUL",
		`{"a":"\ud800"}`:                "surrogate",
		`{"a":"\ud800x12345"}`:          "surrogate",
		`{"a":"\udc00\ud800"}`:          "surrogate",
		"{\"a\":\"\xff\"}":              "UTF-8",
	} {
		_, err := rawjson.Members([]byte(in))
		is := is.New(t)
		is.True(err != nil) // refused
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %q, want %q", in, err, want)
		}
	}
	is.New(t).NoErr(rawjson.Check([]byte(`["\ud83d\ude00 \\u0000 \n"]`))) // pairs, and backslashes before a u
}

func TestElements(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	list, ok := rawjson.Elements([]byte(` [ 1 , "a]" , [ ] , {} ] `))
	is.True(ok)
	is.Equal(len(list), 4)
	is.Equal(string(list[1]), `"a]"`)
	is.Equal(string(list[2]), `[ ]`)
	_, ok = rawjson.Elements([]byte(`{}`))
	is.True(!ok)
}

func TestLookup(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	object := []byte(` { "x" : { "a" : 1 } , "\u0061" : 2, "b": "3" } `)
	value, ok := rawjson.Lookup(object, "a")
	is.True(ok)
	is.Equal(string(value), "2")
	_, ok = rawjson.Lookup(object, "c")
	is.True(!ok)
	_, ok = rawjson.Lookup([]byte(`[]`), "a")
	is.True(!ok)
}

func TestScalars(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s, ok := rawjson.String([]byte(` "a\u00e4" `))
	is.True(ok)
	is.Equal(s, "aä")
	_, ok = rawjson.String([]byte(`1`))
	is.True(!ok)
	is.True(rawjson.IsNull([]byte(` null`)))
	is.True(!rawjson.IsNull([]byte(`"null"`)))
	for in, want := range map[string]bool{"7": true, "-123456789012345678901234567890": true, "7.0": false, "7e1": false, "7E1": false, "true": false, `"7"`: false} {
		is.Equal(rawjson.IsInteger([]byte(in)), want)
	}
	is.Equal(rawjson.Kind(nil), "nothing")
	is.Equal(rawjson.Kind([]byte(" false")), "bool")
}

func FuzzMembers(f *testing.F) {
	f.Add([]byte(`{"a":[1,"x",{"b":null}],"c":"\u00e4"}`))
	f.Add([]byte(`{ "a" : "\"" , "b" : -1.5e3 }`))
	f.Fuzz(func(t *testing.T, data []byte) {
		members, err := rawjson.Members(data)
		if err != nil {
			return
		}
		is := is.New(t)
		var want map[string]json.RawMessage
		is.NoErr(json.Unmarshal(data, &want))
		is.Equal(len(members), len(want)) // none is lost
		for _, m := range members {
			is.Equal(string(m.Value), string(want[m.Key])) // byte for byte
			value, ok := rawjson.Lookup(data, m.Key)
			is.True(ok)
			is.Equal(string(value), string(m.Value))
		}
	})
}

func FuzzAppendString(f *testing.F) {
	f.Add("a\"\\\n\t\r\x01ä\u2028😀")
	f.Fuzz(func(t *testing.T, s string) {
		var got string
		is := is.New(t)
		is.NoErr(json.Unmarshal(rawjson.AppendString(nil, s), &got))
		is.Equal(got, string([]rune(s))) // the same text
	})
}

func TestEachStops(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	each, ok := rawjson.Each([]byte(` [ 1 , [2] , 3 ] `))
	is.True(ok)
	for i, element := range each {
		if i == 1 {
			is.Equal(string(element), "[2]")
			break
		}
	}
	_, ok = rawjson.Each([]byte(`"x"`))
	is.True(!ok)
}

// Finding a fault in deep nesting takes no longer than finding it elsewhere.
func TestDeepFaults(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	err := rawjson.Check([]byte(strings.Repeat("[", 9999) + `"\u0000"` + strings.Repeat("]", 9999)))
	var fault *rawjson.Fault
	is.True(errors.As(err, &fault))
	is.Equal(fault.Path, strings.Repeat("[0]", 20))
}

func TestCheckKeys(t *testing.T) {
	t.Parallel()
	var many strings.Builder
	for i := range 20 {
		fmt.Fprintf(&many, `"k%d":1,`, i)
	}
	for in, want := range map[string]string{
		` {"a":{"b":1},"c":[{"b":"a"},[]],"b":null} `: "",
		`{"a":{"b":1,"b":1}}`:                         "a: ", `[0,{"a":[{"":1,"":1}]}]`: "[1].a[0]: ", `{"\"":1,"\u0022":1}`: `key "\"" occurs`,
		`{` + many.String() + `"k20":1}`: "", `{` + many.String() + `"k3":1}`: `key "k3"`, `{` + many.String() + `"k19":1}`: `key "k19"`,
	} {
		t.Run(in, func(t *testing.T) {
			t.Parallel()
			err := rawjson.CheckKeys([]byte(in))
			if (err != nil) != (want != "") || err != nil && !strings.HasPrefix(err.Error(), want) {
				t.Errorf("got %v, want %q", err, want)
			}
		})
	}
}
