package httpapi_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/opendeliverygear/odg/metadata"
)

// deviations are all the points in which an answer may differ from the recorded
// one: the number of the deliberate difference, or the section of the contract
// that asks for it. Each recognises by rule what it is about, and makes the two
// answers equal in this point. Nothing else may differ.
var deviations = []struct {
	number, reason string
	excuse         func(x exchange, want, got *answer)
}{
	{"D4", "invalid input is the client's fault, and is told what is wrong", func(_ exchange, want, got *answer) {
		if failed(want) && got.status == http.StatusBadRequest && got.text != "" && !strings.Contains(got.text, "Internal Server Error") {
			*want = *got
		}
	}},
	{"D3", "known types are not stored as plain objects when their data is wrong", func(x exchange, want, got *answer) {
		stored := want.status == http.StatusCreated || want.status == http.StatusNoContent
		if stored && got.status == http.StatusBadRequest && malformedData(x.entries()) && strings.Contains(got.text, "].data") {
			*want = *got
		}
		if list, ok := want.body.([]any); ok {
			want.body = slices.DeleteFunc(slices.Clone(list), func(item any) bool { return malformedData([]any{item}) })
		}
	}},
	{"D5", "a batch with two datasources for one artefact and type works", func(x exchange, want, got *answer) {
		if failed(want) && got.status == http.StatusCreated && len(x.values("meta", "datasource")) > 1 {
			*want = *got
		}
	}},
	{"D29", "a last update with an offset does not break the reuse of dates", func(x exchange, want, got *answer) {
		if failed(want) && got.status == http.StatusCreated && x.values("meta", "type")["finding/malware"] {
			*want = *got
		}
	}},
	{"http-api 4.1", "an entry may be about a component, without an artefact in it", func(x exchange, want, got *answer) {
		withoutArtefact := slices.ContainsFunc(x.entries(), func(e any) bool {
			id, ok := member(e, "artefact").(map[string]any)
			return ok && id["artefact"] == nil
		})
		if failed(want) && got.status == http.StatusCreated && withoutArtefact {
			*want = *got
		}
	}},
	{"http-api 5.2", "a search for a component version finds rows without a version, be the extra identity empty or not", func(x exchange, want, got *answer) {
		if !x.searchesVersion() {
			return
		}
		recorded, ours := items(want), items(got)
		if recorded == nil || ours == nil {
			return
		}
		got.body.(map[string]any)["items"] = slices.DeleteFunc(ours, func(item any) bool {
			version, _ := member(member(item, "artefact"), "component_version").(string)
			return version == "" &&
				!slices.ContainsFunc(recorded, func(r any) bool { return cmp.Equal(r, item) })
		})
	}},
}

func failed(a *answer) bool { return a.status == http.StatusInternalServerError }

func member(v any, key string) any {
	object, _ := v.(map[string]any) // nil has no members
	return object[key]
}

func items(a *answer) []any {
	list, _ := member(a.body, "items").([]any)
	return list
}

// entries returns the entries of a request, none if its body has another form.
func (x exchange) entries() []any {
	var body any
	_ = json.Unmarshal(x.Request.Body, &body)
	list, _ := member(body, "entries").([]any)
	return list
}

// values returns the different texts at a place of the entries of a request.
func (x exchange) values(object, key string) map[string]bool {
	found := map[string]bool{}
	for _, e := range x.entries() {
		if text, ok := member(member(e, object), key).(string); ok {
			found[text] = true
		}
	}
	return found
}

// malformedData tells if some entry of a known type has data that it does not
// allow.
func malformedData(entries []any) bool {
	return slices.ContainsFunc(entries, func(e any) bool {
		typ, _ := member(member(e, "meta"), "type").(string)
		if !metadata.BuiltinTypes().Known(metadata.Type(typ)) {
			return false
		}
		data, err := json.Marshal(e)
		if err != nil {
			return false
		}
		_, err = metadata.ParseEntry(data)
		return err != nil
	})
}

func (x exchange) searchesVersion() bool {
	var body any
	_ = json.Unmarshal(x.Request.Body, &body)
	criteria, _ := member(body, "criteria").([]any)
	return slices.ContainsFunc(criteria, func(c any) bool {
		value, _ := member(c, "value").(string)
		return member(c, "type") == "ocm" && strings.Contains(value, ":")
	})
}
