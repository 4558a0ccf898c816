package pyregexp_test

import (
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/internal/pyregexp"
)

// recorded holds what Python itself answers.
type recorded struct {
	Texts    []string `json:"texts"`
	Patterns []struct {
		Pattern    string `json:"pattern"`
		IgnoreCase bool   `json:"ignore_case"`
		Error      string `json:"error"`
		Full       []int  `json:"full"`
		Start      []int  `json:"start"`
	} `json:"patterns"`
}

// TestPython compares with what Python recorded. ODG_PYTHON_PATTERNS may name
// another file of that form.
func TestPython(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	name := "testdata/python.json"
	if other := os.Getenv("ODG_PYTHON_PATTERNS"); other != "" {
		name = other
	}
	data, err := os.ReadFile(name)
	is.NoErr(err)
	var all recorded
	is.NoErr(json.Unmarshal(data, &all))
	for _, p := range all.Patterns {
		re, err := pyregexp.Compile(p.Pattern, pyregexp.Options{IgnoreCase: p.IgnoreCase})
		var refused *pyregexp.Error
		switch {
		case errors.As(err, &refused) && refused.Construct != "":
			continue // which constructs are refused is for TestRefused
		case p.Error != "":
			if err == nil {
				t.Errorf("%q compiles, Python says: %s", p.Pattern, p.Error)
			}
			continue
		case err != nil:
			t.Errorf("%q: %v", p.Pattern, err)
			continue
		}
		for i, text := range all.Texts {
			if differs(p.Pattern, text) {
				continue
			}
			if got := re.MatchFull(text); got != slices.Contains(p.Full, i) {
				t.Errorf("%q (ignore case: %v): full match of %q: %v", p.Pattern, p.IgnoreCase, text, got)
			}
			if got := re.MatchStart(text); got != slices.Contains(p.Start, i) {
				t.Errorf("%q (ignore case: %v): match of %q: %v", p.Pattern, p.IgnoreCase, text, got)
			}
		}
	}
}

// differs tells where the package documents another answer.
func differs(pattern, text string) bool {
	return text == "\u0345" || // a mark that RE2 takes for a letter when case is ignored
		strings.Contains(pattern, "$") && strings.HasSuffix(text, "\n") // $ before a last line break
}
