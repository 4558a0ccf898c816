package strictyaml_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/internal/strictyaml"
)

type level string

func (l level) Validate() error {
	if l == "low" || l == "high" {
		return nil
	}
	return fmt.Errorf("level %q is unknown, want low or high", string(l))
}

type upper string

type common struct {
	Enabled bool `yaml:"enabled" default:"true"`
}

type inner struct {
	A int `yaml:"a,required"`
	B int `yaml:"b" default:"7"`
}

type settings struct {
	common
	Name    string            `yaml:"name,required"`
	Level   level             `yaml:"level" default:"low"`
	Mode    string            `yaml:"mode" default:"x" oneof:"x y"`
	Score   float64           `yaml:"score" default:"1.5"`
	Wait    time.Duration     `yaml:"wait" unit:"s" default:"60"`
	Minutes time.Duration     `yaml:"minutes" unit:"m" default:"2"`
	Keep    *time.Duration    `yaml:"keep" unit:"s" default:"10"`
	Names   []string          `yaml:"names,scalar,nullable"`
	List    []inner           `yaml:"list"`
	Section *inner            `yaml:"section,section"`
	Nested  inner             `yaml:"nested"`
	Labels  map[string]string `yaml:"labels"`
	Any     any               `yaml:"any"`
	Raw     *strictyaml.Node  `yaml:"raw"`
	Upper   upper             `yaml:"upper"`
	Ignored string
}

func decode(text string) (settings, []strictyaml.Warning, error) {
	var s settings
	root, err := strictyaml.Parse("f.yaml", []byte(text))
	if err != nil {
		return s, nil, err
	}
	var d strictyaml.Decoder
	strictyaml.Use(&d, func(n *strictyaml.Node) upper { return upper(strings.ToUpper(n.Text)) })
	d.Decode(root, &s)
	warnings, err := d.Result()
	return s, warnings, err
}

func TestDecode(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s, warnings, err := decode(`
name: "a"
enabled: off
level: high
mode: y
score: 3
wait: 5
minutes: 1
keep: null
names: one
list: [{a: 1}, {a: 2, b: 3}]
section: {a: 4}
labels: {x: y}
any: {a: [1, 2.5, true, null, t, 99999999999999999999, .nan]}
upper: abc
`)
	is.NoErr(err)
	is.Equal(len(warnings), 0)
	want := settings{
		Name: "a", Level: "high", Mode: "y", Score: 3, Wait: 5 * time.Second, Minutes: time.Minute,
		Names: []string{"one"}, List: []inner{{1, 7}, {2, 3}}, Section: &inner{4, 7}, Nested: inner{B: 7},
		Labels: map[string]string{"x": "y"}, Upper: "ABC",
		Any: map[string]any{"a": []any{int64(1), 2.5, true, nil, "t", "99999999999999999999", ".nan"}},
	}
	is.Equal(cmp.Diff(want, s, cmp.AllowUnexported(settings{})), "")
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s, _, err := decode("name: a")
	is.NoErr(err)
	keep := 10 * time.Second
	want := settings{
		common: common{true}, Name: "a", Level: "low", Mode: "x", Score: 1.5,
		Wait: time.Minute, Minutes: 2 * time.Minute, Keep: &keep, Nested: inner{B: 7},
	}
	is.Equal(cmp.Diff(want, s, cmp.AllowUnexported(settings{})), "")
}

func TestNullSection(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	_, _, err := decode("name: a\nsection:\n")
	is.Equal(err.Error(), "f.yaml:2:1: $.section: required key a is missing; add a: …")
}

func TestAnchors(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s, _, err := decode(`
name: &n hello
labels: &l {a: b, c: d}
any:
  <<: *l
  c: own
list: [&i {a: 1}, *i, {<<: [*i], b: 2}]
names: [*n]
`)
	is.NoErr(err)
	is.Equal(s.Any, map[string]any{"a": "b", "c": "own"})
	is.Equal(s.List, []inner{{1, 7}, {1, 7}, {1, 2}})
	is.Equal(s.Names, []string{"hello"})
}

// TestColons holds plain scalars with colons against YAML 1.2.
func TestColons(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s, _, err := decode(`{name: a:b, any: {x: [AV:N, a:b:c, "q": 1, k: v, http://h:8, {m: n}], y: [p:1, z]}}`)
	is.NoErr(err)
	is.Equal(s.Name, "a:b")
	is.Equal(cmp.Diff(s.Any, map[string]any{
		"x": []any{"AV:N", "a:b:c", map[string]any{"q": int64(1)}, map[string]any{"k": "v"}, "http://h:8", map[string]any{"m": "n"}},
		"y": []any{"p:1", "z"},
	}), "")
}

func TestOtherEditors(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	_, warnings, err := decode("\uFEFFname: a\r\n# comment\r\nother: b\r\n")
	is.NoErr(err)
	is.Equal(warnings[0].String(), "f.yaml:3:1: $.other: unknown key, ignored")
}

func TestTags(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s, _, err := decode("name: !!str 1.0\nany: [!!int 1, !!bool true, !!null null, !!float 1.5, !!map {}, !!seq []]\nlevel: >-\n  low\n")
	is.NoErr(err)
	is.Equal(s.Name, "1.0")
}

// TestFaults lists what is told about mistakes, word for word.
func TestFaults(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ text, want string }{
		"empty":             {"", "f.yaml: is empty; fill it, or name another file"},
		"blank":             {" \n\n", "f.yaml: is empty; fill it, or name another file"},
		"comments only":     {"# nothing\n", "f.yaml: is empty; fill it, or name another file"},
		"no mapping":        {"- a\n", "f.yaml:1:1: want a mapping, got a list; write a mapping"},
		"bad indent":        {"name: a\n level: low\n", "f.yaml:1:7: is no YAML: mapping value is not allowed in this context; correct the syntax"},
		"unclosed quote":    {"name: \"a\n", "f.yaml:1:7: is no YAML: could not find end character of double-quoted text; correct the syntax"},
		"two documents":     {"name: a\n---\nname: b\n", "f.yaml:3:5: holds more than one YAML document; remove the line --- and what follows it"},
		"not UTF-8":         {"name: a\nlevel: \xff\n", "f.yaml:2:1: is not valid UTF-8; save the file as UTF-8"},
		"missing":           {"level: low\n", "f.yaml:1:1: required key name is missing; add name: …"},
		"twice":             {"name: a\nlevel: low\nname: b\n", "f.yaml:3:1: $.name: key is set twice, first in line 1; remove one of the two"},
		"number for text":   {"name: 1.10\n", `f.yaml:1:7: $.name: want text, got the number 1.10; put it in quotes: "1.10"`},
		"bool for text":     {"name: yes\nlabels: {a: true}\n", `f.yaml:2:13: $.labels.a: want text, got the boolean true; put it in quotes: "true"`},
		"null for text":     {"name:\n", "f.yaml:1:1: $.name: want text, got null; write text, or leave the key out if it is optional"},
		"list for text":     {"name: [a]\n", "f.yaml:1:7: $.name: want text, got a list; write text"},
		"text for bool":     {"name: a\nenabled: \"yes\"\n", `f.yaml:2:10: $.enabled: want true or false, got the text "yes"; write true or false`},
		"other bool":        {"name: a\nenabled: maybe\n", `f.yaml:2:10: $.enabled: want true or false, got the text "maybe"; write true or false`},
		"float for integer": {"name: a\nnested: {a: 1.5}\n", "f.yaml:2:13: $.nested.a: want an integer, got the number 1.5; write an integer"},
		"large integer":     {"name: a\nnested: {a: 9999999999999999999}\n", "f.yaml:2:13: $.nested.a: the number 9999999999999999999 is too large; write a smaller one"},
		"text for number":   {"name: a\nscore: high\n", `f.yaml:2:8: $.score: want a number, got the text "high"; write a number`},
		"infinite number":   {"name: a\nscore: .inf\n", "f.yaml:2:8: $.score: want a number, got the number .inf; write a number"},
		"text for seconds":  {"name: a\nwait: 1h\n", `f.yaml:2:7: $.wait: want an integer, the number of seconds, got the text "1h"; write an integer, the number of seconds`},
		"negative seconds":  {"name: a\nminutes: -1\n", "f.yaml:2:10: $.minutes: -1 minutes is no usable time; write a number from 0 up, at most 292 years"},
		"endless seconds":   {"name: a\nwait: 99999999999\n", "f.yaml:2:7: $.wait: 99999999999 seconds is no usable time; write a number from 0 up, at most 292 years"},
		"huge seconds":      {"name: a\nwait: 9999999999999999999\n", "f.yaml:2:7: $.wait: the number 9999999999999999999 is too large; write a smaller one"},
		"text for list":     {"name: a\nlist: b\n", "f.yaml:2:7: $.list: want a list, got the text \"b\"; write a list"},
		"text for mapping":  {"name: a\nlabels: b\n", "f.yaml:2:9: $.labels: want a mapping, got the text \"b\"; write a mapping"},
		"long text":         {"name: a\nlabels: " + strings.Repeat("x", 99) + "\n", `f.yaml:2:9: $.labels: want a mapping, got the text "` + strings.Repeat("x", 60) + `…"; write a mapping`},
		"unknown value":     {"name: a\nlevel: medium\n", `f.yaml:2:8: $.level: level "medium" is unknown, want low or high`},
		"none of":           {"name: a\nmode: z\n", `f.yaml:2:7: $.mode: "z" is unknown; write one of x, y`},
		"odd key in path":   {"name: a\nlabels: {\"a b\": 1}\n", `f.yaml:2:17: $.labels["a b"]: want text, got the number 1; put it in quotes: "1"`},
		"unknown alias":     {"name: *a\n", "f.yaml:1:7: $.name: alias *a has no anchor before it; define &a first, or quote the text"},
		"anchor in itself":  {"name: a\nany: &a [*a]\n", "f.yaml:2:10: $.any[0]: alias *a is part of its own anchor; write the value out"},
		"alias of itself":   {"name: a\nany: &a {b: &c [1], d: *c, e: *a}\n", "f.yaml:2:31: $.any.e: alias *a is part of its own anchor; write the value out"},
		"anchor twice":      {"name: a\nany: &a [&a [1]]\n", "f.yaml:2:10: $.any[0]: anchor &a contains itself; rename one of the anchors"},
		"tag":               {"name: !!binary aGk=\n", "f.yaml:1:7: $.name: tag !!binary does not fit text here; remove the tag"},
		"merge of text":     {"name: a\nany: {<<: b}\n", "f.yaml:2:11: $.any: merge key << names text; merge mappings only"},
		"merge of texts":    {"name: a\nany: {<<: [b]}\n", "f.yaml:2:11: $.any: merge key << names a list with text in it; merge mappings only"},
		"deep flow":         {"any: " + strings.Repeat("[", 60) + strings.Repeat("]", 60), "f.yaml:1:56: nested deeper than 50 levels; no configuration needs that, look for a missing line break or bracket"},
		"deep items":        {strings.Repeat("- ", 2000) + "a", "f.yaml:1:1001: nested deeper than 50 levels; no configuration needs that, look for a missing line break or bracket"},
		"deep blocks":       {strings.Repeat("- ", 60) + "a", "f.yaml:1:103: $" + strings.Repeat("[0]", 51) + ": nested deeper than 50 levels; nest less, or use fewer aliases"},
		"many tags":         {strings.Repeat("!!str ", 100) + "a", "f.yaml:1:251: nested deeper than 50 levels; no configuration needs that, look for a missing line break or bracket"},
		"many keys":         {strings.Repeat("- a: b\n", 20_001), "f.yaml:20001:4: more than 20000 keys, or 50000 values in brackets; is this the right file?"},
		"many commas":       {"[" + strings.Repeat("a,", 50_001) + "]", "f.yaml:1:100003: more than 20000 keys, or 50000 values in brackets; is this the right file?"},
		"large file":        {strings.Repeat("#", strictyaml.MaxBytes+1), "f.yaml: is larger than 1048576 bytes; is this the right file?"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			_, _, err := decode(c.text)
			is.True(err != nil)
			is.Equal(err.Error(), c.want)
			var located *strictyaml.Error
			is.True(errors.As(err, &located))
			is.Equal(located.File, "f.yaml")
		})
	}
}

func TestAliasBomb(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var b strings.Builder
	b.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := range 20 {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i+1, i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i), 10), ", "))
	}
	_, err := strictyaml.Parse("f.yaml", []byte(b.String()))
	is.True(err != nil)
	is.True(strings.Contains(err.Error(), "more than 200000 values, aliases included"))
}

func TestAllFaultsTogether(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	_, _, err := decode("level: x\nscore: y\nlist: [{}, {a: z}]\n")
	is.Equal(strings.Count(err.Error(), "\n"), 4) // five faults
	_, _, err = decode("name: a\nname: b\nname: c\n")
	is.Equal(strings.Count(err.Error(), "\n"), 1) // two
	_, _, err = decode("list: [" + strings.Repeat("{},", 200) + "]")
	is.True(strings.HasSuffix(err.Error(), "\n101 more faults")) // and a missing name
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	_, warnings, err := decode("nam: a\nname: a\nlist:\n  - {a: 1, completely: different}\n")
	is.NoErr(err)
	is.Equal(len(warnings), 2)
	is.Equal(warnings[0].String(), "f.yaml:1:1: $.nam: unknown key, ignored; did you mean name?")
	is.Equal(warnings[1].String(), "f.yaml:4:12: $.list[0].completely: unknown key, ignored")
}

func TestUnder(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	root, err := strictyaml.Parse("f.yaml", []byte("base: {name: a, other: 1}\nown: {level: high}\nnone:\n"))
	is.NoErr(err)
	var d strictyaml.Decoder
	strictyaml.Use(&d, func(n *strictyaml.Node) upper { return "" })
	var s settings
	is.True(d.Decode(root.Get("own").Under(root.Get("base")), &s))
	is.Equal(s.Name, "a")
	is.Equal(s.Level, level("high"))
	is.True(d.Decode(root.Get("none").Under(root.Get("base")), &s))
	warnings, err := d.Result()
	is.NoErr(err)
	is.Equal(len(warnings), 0) // inherited keys are not warned about
	is.Equal(root.Get("base").Get("other").Under(root).Kind, strictyaml.Int)
}

func TestReadFile(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	files := fstest.MapFS{"a.yaml": {Data: []byte("a")}, "dir/x": {}}
	data, err := strictyaml.ReadFile(files, "a.yaml")
	is.NoErr(err)
	is.Equal(string(data), "a")
	_, err = strictyaml.ReadFile(files, "b.yaml")
	is.True(errors.Is(err, fs.ErrNotExist))
	is.Equal(err.Error(), "b.yaml: cannot be opened: file does not exist; create it, or name the folder that has it")
	_, err = strictyaml.ReadFile(files, "dir")
	is.Equal(err.Error(), "dir: cannot be read: invalid argument; name a file")
	_, err = strictyaml.ReadFile(locked{}, "c.yaml")
	is.Equal(err.Error(), "c.yaml: cannot be opened: permission denied; check its permissions")
}

type locked struct{}

func (locked) Open(string) (fs.File, error) { return nil, fs.ErrPermission }

func TestProgrammersMistakes(t *testing.T) {
	t.Parallel()
	root, err := strictyaml.Parse("f.yaml", []byte("{}"))
	if err != nil {
		t.Fatal(err)
	}
	for name, into := range map[string]any{
		"default": new(struct {
			A int `yaml:"a" default:"many"`
		}),
		"type": new(struct {
			A chan int `yaml:"a" default:"1"`
		}),
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			var d strictyaml.Decoder
			d.Decode(root, into)
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"name: a", "- &a [1, *a]", "a: {<<: [b]}", "? a\n: b", "a: |\n  b\n", "!!str 1", "a: *b", "--- \n...\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, _, err := decode(text)
		if err == nil && s.Name == "" && !strings.Contains(text, "name") {
			t.Errorf("%q: a required key is missing without a fault", text)
		}
	})
}
