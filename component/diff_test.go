package component_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
)

func TestDiff(t *testing.T) {
	t.Parallel()
	m := tree(
		"root@1 -> kept moved@1 gone both@1 both@2", "root@2 -> kept moved@2 new both@2 both@3",
		"kept", "moved@1", "moved@2", "gone", "new", "both@1", "both@2", "both@3",
		"fewer@1 -> both@1 both@2", "fewer@2 -> both@2",
	)
	for name, c := range map[string]struct{ left, right, added, removed, changed string }{
		"all kinds":      {"root@1", "root@2", "new", "gone", "root@1>root@2 moved@1>moved@2 both@1>both@3"},
		"equal":          {"root@1", "root@1", "", "", ""}, // D16
		"backwards":      {"root@2", "root@1", "gone", "new", "root@2>root@1 moved@2>moved@1 both@3>both@1"},
		"nothing common": {"gone", "new", "new", "gone", ""},
		"fewer versions": {"fewer@1", "fewer@2", "", "", "fewer@1>fewer@2 both@1>both@2"},
		"missing":        {"root@1", "root@3", "", "kept moved@1 gone both@1 both@2", "root@1>root@3"},
	} {
		t.Run(name, func(t *testing.T) {
			is := is.New(t)
			diff := component.Diff(walk(t, m, component.WalkConfig{}, c.left), walk(t, m, component.WalkConfig{}, c.right))
			is.Equal(names(diff.Added), c.added)
			is.Equal(names(diff.Removed), c.removed)
			var changed []string
			for _, change := range diff.Changed {
				changed = append(changed, names([]component.ID{change.From})+">"+names([]component.ID{change.To}))
			}
			is.Equal(strings.Join(changed, " "), c.changed)
		})
	}
}

func TestCompareResources(t *testing.T) {
	t.Parallel()
	resource := func(text string) string {
		name, rest, _ := strings.Cut(text, "@")
		return "- {name: " + name + ", type: blob, relation: local, access: {type: none}, version: " + rest + "}\n"
	}
	descriptor := func(t *testing.T, resources string) *component.Descriptor {
		text := ""
		for line := range strings.FieldsSeq(resources) {
			text += resource(strings.ReplaceAll(line, "_", " "))
		}
		return decode(t, v2("resources:\n"+text))
	}
	for name, c := range map[string]struct{ left, right, added, removed, changed string }{
		"equal":                {"aa@'1'", "aa@'1'", "", "", ""},
		"version":              {"aa@'1'", "aa@'2'", "", "", "aa@1>aa@2"},
		"added, removed":       {"aa@'1' bb@'1'", "bb@'1' cc@'1'", "cc@1", "aa@1", ""},
		"further version":      {"aa@'1'", "aa@'2' aa@'1'", "aa@2", "", ""},
		"one version less":     {"aa@'1' aa@'2'", "aa@'2'", "", "aa@1", ""},
		"in ascending order":   {"aa@'9' aa@'2' aa@'5'", "aa@'5' aa@'10' aa@'3'", "", "", "aa@2>aa@3 aa@9>aa@10"},
		"extra identity":       {"aa@'1',_extraIdentity:_{os:_linux}", "aa@'1'", "aa@1", "aa@1", ""},
		"implicit version":     {"aa@'1',_extraIdentity:_{version:_'1'}", "aa@'2'", "", "", "aa@1>aa@2"},
		"type":                 {"aa@'1'", "aa@'1',_type:_sbom", "", "", "aa@1>aa@1"},
		"labels":               {"aa@'1'", "aa@'1',_labels:_[{name:_ll,_value:_1}]", "", "", "aa@1>aa@1"},
		"digest":               {"aa@'1',_digest:_{value:_ab}", "aa@'1',_digest:_{value:_cd}", "", "", "aa@1>aa@1"},
		"digest of other kind": {"aa@'1',_digest:_{value:_ab}", "aa@'1',_digest:_{value:_cd,_hashAlgorithm:_SHA-512}", "", "", ""},
		"digest is unknown":    {"aa@'1',_digest:_{value:_ab}", "aa@'1'", "", "", ""},
		"moved elsewhere":      {"aa@'1'", "aa@'1',_access:_{type:_ociImage,_imageReference:_x}", "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			is := is.New(t)
			changes := component.Compare(descriptor(t, c.left), descriptor(t, c.right)).Resources
			text := func(r component.Resource) string { return r.Name + "@" + r.Version }
			var added, removed, changed []string
			for _, r := range changes.Added {
				added = append(added, text(r))
			}
			for _, r := range changes.Removed {
				removed = append(removed, text(r))
			}
			for _, change := range changes.Changed {
				changed = append(changed, text(change.From)+">"+text(change.To))
			}
			is.Equal(strings.Join(added, " "), c.added)
			is.Equal(strings.Join(removed, " "), c.removed)
			is.Equal(strings.Join(changed, " "), c.changed)
		})
	}
}

func TestCompareLabels(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	label := func(name, value string) component.Label { return component.Label{Name: name, Value: []byte(value)} }
	left := &component.Descriptor{Labels: []component.Label{label("same", `{"a":1,"b":2}`), label("old", "1"), label("new value", "1"), label("exact", "1.0"), label("odd", "{")}}
	right := &component.Descriptor{Labels: []component.Label{label("same", `{ "b": 2, "a": 1 }`), label("new value", "2"), label("new", "1"), label("exact", "1.00"), label("odd", "}")}}
	want := component.LabelChanges{
		Added: []component.Label{label("new", "1")}, Removed: []component.Label{label("old", "1")},
		Changed: []component.LabelChange{
			{From: label("new value", "1"), To: label("new value", "2")},
			{From: label("exact", "1.0"), To: label("exact", "1.00")},
			{From: label("odd", "{"), To: label("odd", "}")},
		},
	}
	is.Equal(cmp.Diff(want, component.Compare(left, right).Labels), "")
	is.True(component.Compare(left, left).Labels.Empty())
}
