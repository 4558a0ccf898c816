package pyregexp_test

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/internal/pyregexp"
)

func ExampleCompile() {
	re, err := pyregexp.Compile(`github\.com/acme/\w+`, pyregexp.Options{IgnoreCase: true})
	fmt.Println(re.MatchFull("GitHub.com/acme/süß"), err)
	_, err = pyregexp.Compile(`(?!internal).*`, pyregexp.Options{})
	fmt.Println(err)
	// Output:
	// true <nil>
	// regular expression `(?!internal).*`: negative look-ahead (?! is not supported (RE2 has no such construct) at character 1
}

func TestRefused(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		pattern, construct string
		offset             int
	}{
		"look-ahead":            {`ab(?=c)`, "look-ahead (?=", 2},
		"negative look-ahead":   {`(?!c).*`, "negative look-ahead (?!", 0},
		"look-behind":           {`.*(?<=c)`, "look-behind (?<=", 2},
		"negative look-behind":  {`.*(?<!c)`, "negative look-behind (?<!", 2},
		"atomic group":          {`(?>a+)b`, "atomic group (?>", 0},
		"possessive plus":       {`a++`, "possessive quantifier ++", 1},
		"possessive braces":     {`a{1,2}+`, "possessive quantifier {1,2}+", 1},
		"back-reference":        {`(a)\1`, `back-reference \1`, 3},
		"named back-reference":  {`(?P<n>a)(?P=n)`, "back-reference (?P=", 8},
		"conditional":           {`(a)?(?(1)b|c)`, "conditional (?(", 4},
		"verbose flag":          {`(?x)a b`, "flag x", 2},
		"ASCII flag":            {`(?a)\w`, "flag a", 2},
		"named character":       {`\N{DIGIT ONE}`, `named character \N`, 0},
		"too many repetitions":  {`a{1001}`, "repetition above 1000", 1},
		"far too many":          {`a{99999999999999999999}`, "repetition above 1000", 1},
		"half a surrogate pair": {`\ud800`, `surrogate \ud800`, 0},
		"characters, not bytes": {`ä(?=c)`, "look-ahead (?=", 1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			_, err := pyregexp.Compile(c.pattern, pyregexp.Options{})
			var refused *pyregexp.Error
			is.True(errors.As(err, &refused))
			is.Equal(refused.Construct, c.construct)
			is.Equal(refused.Offset, c.offset)
			is.Equal(refused.Pattern, c.pattern)
		})
	}
}

func TestWrong(t *testing.T) {
	t.Parallel()
	for pattern, problem := range map[string]string{
		`(`:                       "missing ), unterminated group",
		`a)`:                      "unbalanced )",
		`[a`:                      "missing ], unterminated character set",
		`*a`:                      "nothing to repeat before *",
		`a**`:                     "nothing to repeat before *",
		`a{2,1}`:                  "smallest repeat is larger than the largest",
		`\`:                       `\ at the end`,
		`\x4`:                     `bad escape \x, want 2 hexadecimal digits`,
		`\777`:                    "bad octal escape",
		`\q`:                      `bad escape \q`,
		`[b-a]`:                   "bad character range b-a",
		`[\w-z]`:                  `bad character range \w-z`,
		`[a-\d]`:                  `bad character range a-\d`,
		`(?<n>a)`:                 "unknown extension (?<",
		`(?i--s:a)`:               "second - in flags",
		`a(?i)b`:                  "flags that stand alone belong at the start of the pattern",
		`(?P<1>a)`:                "bad character in group name",
		`(?P<>a)`:                 "missing group name",
		`(?P<a>x)(?P<a>y)`:        "redefinition of group name a",
		`(?P<a`:                   "missing >, unterminated name",
		`(?#a`:                    "missing ), unterminated comment",
		"a\xff":                   "not valid UTF-8",
		strings.Repeat("a", 5000): "longer than 4096 bytes",
		`((a{1000}){1000}){1000}`: "is too large: invalid repeat count",
		strings.Repeat("(", 2000) + strings.Repeat(")", 2000): "is too large: expression nests too deeply",
	} {
		_, err := pyregexp.Compile(pattern, pyregexp.Options{})
		if err == nil || !strings.Contains(err.Error(), problem) {
			t.Errorf("%.40q: got %v, want %s", pattern, err, problem)
		}
	}
}

func TestWordBoundaryTooLarge(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	_, err := pyregexp.Compile(`\b((a{1000}){1000})`, pyregexp.Options{})
	is.True(err != nil)
}

func TestString(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	re, err := pyregexp.Compile(`a\Z`, pyregexp.Options{})
	is.NoErr(err)
	is.Equal(re.String(), `a\Z`)
}

// TestWordBoundaryIsLinear would not end with a backtracking engine.
func TestWordBoundaryIsLinear(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	re, err := pyregexp.Compile(`\b(?:a*)*\bx`, pyregexp.Options{})
	is.NoErr(err)
	is.True(!re.MatchFull(strings.Repeat("a", 10_000)))
}

func FuzzCompile(f *testing.F) {
	for _, seed := range []string{`a.*b`, `[^\W]+$`, `(?i:ab){,3}\b`, `(?P<n>x)|\101`, `{a}`, `[]-a]`, `(?=a)`} {
		f.Add(seed, "Ab1 ä", true)
	}
	f.Fuzz(func(t *testing.T, pattern, text string, ignoreCase bool) {
		re, err := pyregexp.Compile(pattern, pyregexp.Options{IgnoreCase: ignoreCase})
		if err == nil && re.MatchFull(text) && !re.MatchStart(text) {
			t.Errorf("%q matches all of %q, but no beginning of it", pattern, text)
		}
		quoted, err := pyregexp.Compile(regexp.QuoteMeta(strings.ToValidUTF8(text, "?")), pyregexp.Options{})
		if len(text) < 1000 && (err != nil || !quoted.MatchFull(strings.ToValidUTF8(text, "?"))) {
			t.Errorf("%q does not match itself: %v", text, err)
		}
	})
}

func BenchmarkMatchFull(b *testing.B) {
	for name, pattern := range map[string]string{"standard": `github\.com/acme/.*`, "boundary": `github\.com/\bacme\b/.*`} {
		b.Run(name, func(b *testing.B) {
			re, err := pyregexp.Compile(pattern, pyregexp.Options{IgnoreCase: true})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				re.MatchFull("github.com/acme/storage-service")
			}
		})
	}
}
