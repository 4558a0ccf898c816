package store_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/internal/blake2s128"
	"github.com/opendeliverygear/odg/store"
)

// The ids with a comment were recorded from an existing installation.
func TestCacheID(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ descriptor, id string }{
		"component descriptor": { // recorded
			`{"type":"component-descriptor","encoding_format":"pickle-4.0","component_name":"example.org/a","component_version":"1.0.0",
				"ocm_repository":{"type":"OCIRegistry","baseUrl":"registry.example.org/ocm","subPath":null}}`,
			"1a89390588567dc9e6155119b049a1bb",
		},
		"component descriptor in a folder": { // the same repository
			`{"type":"component-descriptor","encoding_format":"pickle-4.0","component_name":"example.org/a","component_version":"1.0.0",
				"ocm_repository":{"baseUrl":"registry.example.org/","subPath":"/ocm"}}`,
			"1a89390588567dc9e6155119b049a1bb",
		},
		"compliance summary": { // recorded
			`{"type":"python-function","encoding_format":"pickle-4.0","function_name":"compliance_summary.component_datatype_summaries",
				"args":"|____|","kwargs":"|--component|:|--name|:example.org/a|-version|:1.0.0--||-datasource|:bdba|-finding_type|:finding/vulnerability--|"}`,
			"61fe3d8436930ff873aa1de5b3e068cb",
		},
		"compliance summary, not serialised": {
			`{"type":"python-function","encoding_format":"pickle-4.0","function_name":"compliance_summary.component_datatype_summaries",
				"args":[],"kwargs":{"finding_type":"finding/vulnerability","datasource":"bdba","component":{"version":"1.0.0","name":"example.org/a"}}}`,
			"61fe3d8436930ff873aa1de5b3e068cb",
		},
		"route": { // recorded
			`{"type":"http-route","encoding_format":"pickle-4.0","route":"/ocm/component/responsibles","params":{"a":["1"]}}`,
			"a7839bf315b527f478f873eff246c7a1",
		},
		"scalars and lists": {
			`{"type":"python-function","encoding_format":"json","function_name":"f","args":[true,false,null,12,"b",["z","a"],{}],"kwargs":null}`,
			blake2s128.Hex([]byte("python-function|json|f||__12|_False|_None|_True|_b|_|----||_|__a|_z__|__||None")),
		},
		"bodies": {
			`{"type":"http-route","encoding_format":"yaml","route":"/r","params":null,"body":{"ä":"ö"}}`,
			blake2s128.Hex([]byte("http-route|yaml|/r|None||--ä|:ö--|")),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			id, err := store.CacheID([]byte(tc.descriptor))
			is.NoErr(err)
			is.Equal(id, tc.id)
		})
	}
}

func TestNoCacheDescriptor(t *testing.T) {
	t.Parallel()
	for descriptor, says := range map[string]string{
		``:                                   "JSON",
		`[]`:                                 "array",
		`{"type":1}`:                         "type",
		`{}`:                                 `type: "" is unknown`,
		`{"type":"go-func"}`:                 `type: "go-func" is unknown, want component-descriptor, python-function or http-route`,
		`{"type":"http-route"}`:              "encoding_format: is missing\nroute: is missing",
		`{"type":"component-descriptor"}`:    "component_name: is missing\ncomponent_version: is missing\nocm_repository.baseUrl: is missing",
		`{"type":"python-function"}`:         "function_name: is missing\nargs: is missing\nkwargs: is missing",
		function(`[1.5]`, `{}`):              "args: 1.5 is no integer",
		function(`[]`, `{"a|-b":1}`):         `kwargs: "a|-b" has one of the reserved texts`,
		function(`[]`, `{"a":["--|"]}`):      `kwargs: "--|" has one of the reserved texts`,
		function(`[]`, `{"a":{"b":"x|:y"}}`): `reserved`,
		`{"type":"component-descriptor","ocm_repository":{"subPath":"x"}}`: "ocm_repository.baseUrl: is missing",
	} {
		t.Run(descriptor, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			id, err := store.CacheID([]byte(descriptor))
			is.Equal(id, "")
			is.True(errors.Is(err, store.ErrCacheDescriptor))
			if !strings.Contains(err.Error(), says) {
				t.Errorf("error is %q, want it to say %q", err, says)
			}
		})
	}
}

func function(args, kwargs string) string {
	return `{"type":"python-function","encoding_format":"json","function_name":"f","args":` + args + `,"kwargs":` + kwargs + `}`
}

func ExampleCacheID() {
	id, err := store.CacheID([]byte(`{"type": "http-route", "encoding_format": "pickle-4.0",
		"route": "/ocm/component/responsibles", "params": {"a": ["1"]}}`))
	fmt.Println(id, err)
	// Output: a7839bf315b527f478f873eff246c7a1 <nil>
}

func FuzzCacheID(f *testing.F) {
	f.Add(`{}`)
	f.Add(function(`[1,{"a":null}]`, `{"b":[[]]}`))
	f.Fuzz(func(t *testing.T, descriptor string) {
		id, err := store.CacheID([]byte(descriptor))
		if (err == nil) != (len(id) == 2*blake2s128.Size) || err != nil && !errors.Is(err, store.ErrCacheDescriptor) {
			t.Errorf("%q, %v", id, err)
		}
	})
}
