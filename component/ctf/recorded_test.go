package ctf_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/ctf"
)

// record is what the two official tools answered about a component version.
type record struct {
	CTF  string  `json:"ctf"`
	Ref  string  `json:"ref"`
	Note string  `json:"note"`
	V1   outcome `json:"ocm_v1"`
	Next outcome `json:"ocm_v2_next"`
}

// outcome is what one tool answered. An empty descriptor is none.
type outcome struct {
	Exit      int      `json:"exit"`
	Items     []object `json:"items"`
	Resources struct {
		Lines []string `json:"stdout"`
	} `json:"resources_treewide"`
	Versions struct {
		Lines []string `json:"stdout"`
	} `json:"show_versions"`
	Check struct {
		Stdout any `json:"stdout"`
	} `json:"check"`
}

func (o outcome) accepted() bool { return o.Exit == 0 && len(o.Items) > 0 }

// recorded reads the answers about a bundle and unpacks it.
func recorded(t *testing.T, name string) (records []record, folder string) {
	t.Helper()
	answers(t, fixture(t, filepath.Join(name, "expected.json")), &records)
	return records, unpack(t, fixture(t, filepath.Join(name, name+".tgz")))
}

// read is what we say about a component version.
func read(t *testing.T, path string, id component.ID) (*component.Descriptor, error) {
	archive, err := ctf.Open(path, ctf.Config{})
	if err != nil {
		return nil, err
	}
	defer archive.Close()
	return archive.Descriptor(t.Context(), id)
}

// TestRecordedDescriptors compares with both tools. They contradict each other,
// so it is enough to agree with one of them; where we agree with none, a rule of
// ocm-format.md must say why.
func TestRecordedDescriptors(t *testing.T) {
	t.Parallel()
	for _, bundle := range []string{"edge", "broken"} {
		t.Run(bundle, func(t *testing.T) {
			records, folder := recorded(t, bundle)
			for _, r := range records {
				if !strings.Contains(r.Ref, ":") {
					continue // a list of versions
				}
				t.Run(filepath.Base(r.CTF)+"/"+r.Ref, func(t *testing.T) {
					path := filepath.Join(folder, strings.TrimPrefix(r.CTF, bundle+"/"))
					d, err := read(t, path, id(r.Ref))
					if agrees(t, d, err, r.V1) || agrees(t, d, err, r.Next) {
						return
					}
					for _, rule := range rules {
						if rule.applies(t, path, id(r.Ref), err) {
							t.Logf("differs by rule: %s", rule.text)
							return
						}
					}
					t.Errorf("%s\nwe: %v\nV1 accepted: %v\nNEXT accepted: %v\n%s", r.Note, err, r.V1.accepted(), r.Next.accepted(), difference(t, d, r))
				})
			}
		})
	}
}

func agrees(t *testing.T, d *component.Descriptor, err error, o outcome) bool {
	if err != nil || !o.accepted() {
		return err != nil && !o.accepted()
	}
	return cmp.Equal(rendered(t, d), neutral(o.Items[0]))
}

func difference(t *testing.T, d *component.Descriptor, r record) string {
	text := ""
	for _, o := range []outcome{r.V1, r.Next} {
		if d != nil && o.accepted() {
			text += cmp.Diff(neutral(o.Items[0]), rendered(t, d))
		}
	}
	return text
}

// rules are the reasons for which we differ from both tools.
var rules = []struct {
	text    string
	applies func(t *testing.T, path string, id component.ID, err error) bool
}{
	{"6: every blob is hashed, the tools read altered ones", func(_ *testing.T, _ string, _ component.ID, err error) bool {
		return errors.Is(err, ctf.ErrDigest)
	}},
	{"6: hostile archives are refused, the tools accept them or crash", func(_ *testing.T, _ string, _ component.ID, err error) bool {
		return errors.Is(err, ctf.ErrUnsafe)
	}},
	{"6: the kind of an archive is found out from its content, the tools trust the suffix", func(t *testing.T, path string, _ component.ID, err error) bool {
		gzipped := strings.HasPrefix(string(content(t, path)), "\x1f\x8b")
		named := strings.HasSuffix(path, "gz")
		return err == nil && gzipped != named
	}},
	{"4.1: a descriptor layer may be JSON in a tar, or v3alpha1", func(t *testing.T, path string, id component.ID, err error) bool {
		m := manifestOf(t, path, id)
		return err == nil && len(m.Layers) == 1 && (strings.HasSuffix(m.Layers[0].MediaType, "+json+tar") || strings.Contains(m.Layers[0].MediaType, ".v3alpha1+"))
	}},
	{"9: the config is not needed where only one layer can be the descriptor", func(t *testing.T, path string, id component.ID, err error) bool {
		m := manifestOf(t, path, id)
		config, found := blob(t, path, m.Config.Digest)
		return err == nil && m.descriptors() == 1 && (!found || !strings.Contains(config, "componentDescriptorLayer"))
	}},
	{"4.1: ./component-descriptor.yaml is the descriptor too", func(t *testing.T, path string, id component.ID, err error) bool {
		m := manifestOf(t, path, id)
		layer, _ := blob(t, path, m.Layers[0].Digest)
		return err == nil && strings.HasPrefix(layer, "./component-descriptor.yaml\x00")
	}},
}

// TestRecordedIdentities compares the identities of resources with those that V1
// prints beside the extra identity.
func TestRecordedIdentities(t *testing.T) {
	t.Parallel()
	records, folder := recorded(t, "edge")
	compared := 0
	for _, r := range records {
		if !r.V1.accepted() || !strings.HasPrefix(r.Ref, "acme.org/identity/") {
			continue
		}
		compared++
		t.Run(r.Ref, func(t *testing.T) {
			is := is.New(t)
			d, err := read(t, filepath.Join(folder, strings.TrimPrefix(r.CTF, "edge/")), id(r.Ref))
			is.NoErr(err)
			is.Equal(identityRows(d), printedIdentities(r.V1.Resources.Lines)) // name, version, identity
		})
	}
	is.New(t).True(compared > 5) // the bundle has such records
}

func identityRows(d *component.Descriptor) map[string]int {
	rows := map[string]int{}
	for i, identity := range d.ResourceIdentities() {
		_, rest, _ := strings.Cut(identity.String(), ",")
		rows[fmt.Sprint(d.Resources[i].Name, " ", d.Resources[i].Version, " ", rest)]++
	}
	return rows
}

// printedIdentities reads the table of V1: a line per resource, in columns.
func printedIdentities(lines []string) map[string]int {
	rows := map[string]int{}
	for _, line := range lines[2:] { // heading and component
		fields := strings.Fields(strings.TrimLeft(line, " ├└─│"))
		identity := ""
		if strings.HasPrefix(fields[2], `"`) {
			identity = fields[2]
		}
		rows[fields[0]+" "+fields[1]+" "+identity]++
	}
	return rows
}

// TestRecordedVersions compares the versions that are listed. V1 prints versions
// of equal rank in changing order (ocm-format.md 5), so rank by rank they are sets.
func TestRecordedVersions(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	records, folder := recorded(t, "edge")
	compared := 0
	for _, r := range records {
		if len(r.V1.Versions.Lines) == 0 {
			continue
		}
		compared++
		archive := open(t, filepath.Join(folder, strings.TrimPrefix(r.CTF, "edge/")))
		got, err := archive.Versions(t.Context(), r.Ref)
		is.NoErr(err)
		sameOrder(t, got, r.V1.Versions.Lines)
	}
	is.True(compared > 0) // the bundle has lists of versions
}
