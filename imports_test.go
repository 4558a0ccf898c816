package odg_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/matryer/is"
)

const module = "github.com/opendeliverygear/odg"

// house is the order of the packages: a package may import those above it, never
// those below. Packages of one row do not import one another.
//
// rescore stands above findingcfg, unlike in the first design: it owns the plain
// types of rulesets, which findingcfg fills from YAML.
var house = [][]string{
	{"internal/rawjson", "internal/blake2s128", "internal/cli"},
	{"artefact"},
	{"metadata"},
	{"component"},
	{"responsible"},
	{"rescore"},
	{"internal/strictyaml", "internal/pyregexp"},
	{"findingcfg"},
	{"extcfg", "writeback"},
	{"snapshot"},
	{"backlog"},
	{"scaling"},
	{"store"},
	{"search"},
	{"internal/sqlmatch"},
	{"sprint"},
	{"corecfg"},
	{"proposal"},
	{"explain", "sla"},
	{"store/memory"},
	{"enumerator"},
	{""}, // Core
	{"store/sqlite", "store/postgres"},
	{"component/cached", "internal/ocimapping"},
	{"component/ctf", "component/oci"},
	{"component/mapped"},
	{"internal/enumeration"},
	{"worker"},
	{"scan/image", "scan/responsibles"},
	{"scan/responsibles/github"},
	{"scan/osid/eol"},
	{"scan/osid"},
	{"scan/osid/eol/generate"},
	{"kube"},
	{"vex"},
	{"vex/exchange"},
	{"internal/problem"},
	{"httpapi"},
	{"client"},
	{"internal/serve", "internal/reload", "internal/inuse"},
	{"internal/delivery", "internal/cluster"},
	{"internal/workload"},
	{"cmd/odg-core"},
	{"cmd/odg"},
	{"cmd/artefact-enumerator", "cmd/backlog-controller", "cmd/odg-extension"},
}

// adapters meet in cmd only: none of them may reach another.
var adapters = []string{"store/sqlite", "store/postgres", "component/ctf", "component/oci", "kube", "httpapi", "client"}

// pure packages reach no module but the standard library and BLAKE2s.
var pure = []string{"artefact", "metadata", "search", "snapshot", "scaling", "rescore"}

// testPackages are imported by tests only.
var testPackages = []string{"internal/vectors", "internal/faulttest", "store/storetest", "backlog/backlogtest", "internal/odgtest", "internal/pgtest", "internal/kubetest", "internal/registrytest", "internal/firetest"}

func TestLayering(t *testing.T) {
	for dir, imports := range sources(t) {
		if strings.HasPrefix(dir, "examples/") || dir == "bench" || slices.Contains(testPackages, dir) {
			continue
		}
		t.Run("odg/"+dir, func(t *testing.T) {
			is := is.New(t)
			own := row(dir)
			is.True(own >= 0) // the package has its place in house
			for _, imported := range imports {
				inner, ok := within(imported)
				if !ok {
					continue
				}
				is.True(!slices.Contains(testPackages, inner)) // test packages stay out of production
				if r := row(inner); r >= own {
					t.Errorf("imports %s, which stands below it", imported)
				}
			}
		})
	}
}

func TestPurePackages(t *testing.T) {
	all := sources(t)
	for _, dir := range pure {
		for _, reached := range closure(all, dir) {
			if _, ok := within(reached); ok || !strings.Contains(strings.Split(reached, "/")[0], ".") {
				continue
			}
			if reached != "golang.org/x/crypto/blake2s" {
				t.Errorf("%s is pure, but reaches %s", dir, reached)
			}
		}
	}
}

func TestAdaptersMeetInCommands(t *testing.T) {
	all := sources(t)
	for _, dir := range adapters {
		for _, reached := range closure(all, dir) {
			if inner, ok := within(reached); ok && inner != dir && slices.Contains(adapters, inner) {
				t.Errorf("adapter %s reaches adapter %s", dir, inner)
			}
		}
	}
}

func row(dir string) int {
	return slices.IndexFunc(house, func(row []string) bool { return slices.Contains(row, dir) })
}

// within strips the module from an import path.
func within(imported string) (dir string, ok bool) {
	if imported == module {
		return "", true
	}
	return strings.CutPrefix(imported, module+"/")
}

// sources returns what each package of the module imports outside of its tests.
func sources(t *testing.T) map[string][]string {
	t.Helper()
	imports := map[string][]string{}
	err := filepath.WalkDir(".", func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "testdata" || strings.HasPrefix(entry.Name(), ".") && file != "."):
			return filepath.SkipDir
		case entry.IsDir() && file != "." && isModule(file):
			return filepath.SkipDir
		case entry.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go"):
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		dir := strings.TrimPrefix(path.Dir(filepath.ToSlash(file)), ".")
		imports[dir] = append(imports[dir], nil...)
		for _, spec := range parsed.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value) // the parser checked it
			imports[dir] = append(imports[dir], imported)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return imports
}

// isModule tells if a folder is a module of its own, whose packages none of ours import.
func isModule(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil
}

// closure returns all that dir imports, directly or through this module.
func closure(all map[string][]string, dir string) []string {
	var reached []string
	var visit func(string)
	visit = func(dir string) {
		for _, imported := range all[dir] {
			if slices.Contains(reached, imported) {
				continue
			}
			reached = append(reached, imported)
			if inner, ok := within(imported); ok {
				visit(inner)
			}
		}
	}
	visit(dir)
	return reached
}
