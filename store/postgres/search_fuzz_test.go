package postgres_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/opendeliverygear/odg/search"
	"github.com/opendeliverygear/odg/store/postgres"
)

// vocabulary is all that the statement of a search is made of, besides signs and
// numbers of parameters.
var vocabulary = set(`
	WITH AS MATERIALIZED SELECT FROM JOIN ON WHERE ORDER BY ASC DESC NULLS FIRST LAST LIMIT OVER UNION ALL
	AND OR NOT IS NULL IN ANY LIKE ILIKE COLLATE true false
	row_number unnest coalesce translate isfinite text bpchar timestamptz
	artefact_metadata m s f found n ok place ctid key0 key1 key2 key3 key4 key5
	id type datasource component_name component_version artefact_kind artefact_name artefact_version artefact_type
	artefact_extra_id meta data discovery_date allowed_processing_time
	created_at last_update_at data_cve data_package_name data_severity search_text
	LEFT CASE WHEN THEN END e odg_effective odg_stale date int4 int8 key6 key7
	severity value due rescoring subject until effective_id effective_severity effective_value effective_due effective_rescoring
	effective_subject effective_until
	"C" '' 'ki' '` + "\u212a\u0130" + `'`)

func set(words string) map[string]bool {
	all := map[string]bool{}
	for _, w := range strings.Fields(words) {
		all[w] = true
	}
	return all
}

// tokens are quoted texts, words, parameters, and signs one by one.
var tokens = regexp.MustCompile(`'(?:[^']|'')*'|"[^"]*"|\$\d+|\w+|\S`)

// FuzzSearchStatement holds that nothing of what is searched for gets into the text
// of a statement: whatever the request, it is made of the words above, and has a
// parameter for each argument.
func FuzzSearchStatement(f *testing.F) {
	for _, body := range expressions {
		f.Add([]byte(body))
	}
	for _, e := range standingExpressions {
		f.Add([]byte(e[0]))
	}
	f.Add([]byte(`{"criteria":[{"type":"artefact-metadata","attr":"effective.severity","op":"in","values":["'?$1","é"]},{"type":"artefact-metadata","attr":"effective.rescoring","value":"?","mode":"exclude"}],
		"sort":[{"field":"effective.severity"},{"field":"effective.due"}],"cursor":{"effective.severity":"1","effective.due":null,"id":"'"}}`))
	f.Add([]byte(`{"criteria":[{"type":"fulltext","value":"'; DROP TABLE artefact_metadata; --"}]}`))
	f.Add([]byte(`{"criteria":[{"type":"artefact-metadata","attr":"type","value":"$1"},{"type":"artefact-metadata","attr":"type","op":"cmp","cmp":">","value":"?"}]}`))
	f.Add([]byte(`{"criteria":[{"type":"ocm","value":"a'b:1\\"}],"sort":[{"field":"ocm.version"}],"cursor":{"ocm.version":"'?$1","id":"\""}}`))
	f.Add([]byte(`{"criteria":[{"type":"fulltext","value":"?é\\","mode":"exclude","fields":["type","data.?","meta.'x"]}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := search.Parse(body)
		if err != nil {
			return
		}
		q, err := search.Compile(r, search.Env{Categories: categories})
		if err != nil {
			if fault := search.Error(""); !errors.As(err, &fault) {
				t.Errorf("%T is no search.Error", err)
			}
			return
		}
		text, args, err := postgres.SearchStatement(q, 7, 3)
		if err != nil {
			t.Fatal(err)
		}
		parameters := 0
		for _, token := range tokens.FindAllString(text, -1) {
			switch {
			case strings.HasPrefix(token, "$"):
				parameters++
			case !vocabulary[token] && !strings.Contains("(),.=<>*:[]", token):
				t.Errorf("%s: %q stands in %s", body, token, text)
			}
		}
		if parameters != len(args) {
			t.Errorf("%d parameters for %d arguments in %s", parameters, len(args), text)
		}
	})
}
