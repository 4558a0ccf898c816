package osid

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"unicode/utf8"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
)

// Files that tell what an image runs. The first two hold the same, the first one
// that is there counts (os-release(5)); the others name the point release.
const (
	fileRelease       = "etc/os-release"
	fileVendorRelease = "usr/lib/os-release"
	fileDebian        = "etc/debian_version"
	fileAlpine        = "etc/alpine-release"
)

// Files are the paths to read of an image for [Identify].
func Files() []string {
	return []string{fileRelease, fileVendorRelease, fileDebian, fileAlpine}
}

// FileReader reads files of an image; [image.Root] is one. A missing file is an
// error that wraps [fs.ErrNotExist].
type FileReader interface {
	ReadFile(name string) ([]byte, error)
}

// Identify says what an image runs; the zero id if it holds no os-release.
//
// Debian's os-release names the branch only ("12"); etc/debian_version has the
// point release ("12.5"), which then is the VersionID. Alpine's version is taken
// from etc/alpine-release if os-release has none.
func Identify(root FileReader) (metadata.OperatingSystemID, error) {
	text, err := first(root, fileRelease, fileVendorRelease)
	if err != nil || text == "" {
		return metadata.OperatingSystemID{}, err
	}
	id := ParseRelease(text)
	switch artefact.Text(id.ID) {
	case "debian":
		err = refine(&id, root, fileDebian)
	case "alpine":
		err = refine(&id, root, fileAlpine)
	}
	return id, err
}

// refine replaces the version by a longer one of the same branch.
func refine(id *metadata.OperatingSystemID, root FileReader, name string) error {
	text, err := first(root, name)
	if err != nil {
		return err
	}
	line, _, _ := strings.Cut(text, "\n")
	point := strings.TrimSpace(line)
	branch := artefact.Text(id.VersionID)
	if _, ok := parseVersion(point); ok && (branch == "" || strings.HasPrefix(point, branch+".")) {
		id.VersionID = &point
	}
	return nil
}

// first returns the content of the first file that is there, or "".
func first(root FileReader, names ...string) (string, error) {
	for _, name := range names {
		text, err := root.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return "", fmt.Errorf("identify operating system: %w", err)
		}
		return string(text), nil
	}
	return "", nil
}

// ParseRelease reads an os-release file: lines of NAME=value in which the value is
// quoted as in a shell (os-release(5)). Comments, unknown names and lines that are
// no assignment are skipped; of two assignments the last one counts. What is not
// UTF-8 or not printable, which no database column can hold, is left out.
func ParseRelease(text string) metadata.OperatingSystemID {
	var id metadata.OperatingSystemID
	fields := variables(&id)
	for line := range strings.Lines(text) {
		name, value, assigned := strings.Cut(strings.TrimSpace(line), "=")
		field := fields[name]
		if !assigned || field == nil {
			continue
		}
		*field = nil
		if value = printable(unquote(value)); value != "" {
			*field = &value
		}
	}
	return id
}

// variables are the fields of id by their names in os-release.
func variables(id *metadata.OperatingSystemID) map[string]**string {
	return map[string]**string{
		"NAME": &id.Name, "ID": &id.ID, "PRETTY_NAME": &id.PrettyName, "CPE_NAME": &id.CPEName,
		"VARIANT": &id.Variant, "VARIANT_ID": &id.VariantID,
		"VERSION": &id.Version, "VERSION_ID": &id.VersionID, "VERSION_CODENAME": &id.VersionCodename,
		"BUILD_ID": &id.BuildID, "IMAGE_ID": &id.ImageID, "IMAGE_VERSION": &id.ImageVersion,
	}
}

// unquote takes the quotes off a word as a shell does: nothing is special in
// single quotes, a backslash escapes \ " $ and ` in double quotes and everything
// outside of quotes.
func unquote(value string) string {
	var b strings.Builder
	quote := byte(0)
	for i := 0; i < len(value); i++ {
		c := value[i]
		switch {
		case c == '\\' && quote != '\'' && i+1 < len(value):
			i++
			if quote == '"' && !strings.ContainsRune("\\\"$`", rune(value[i])) {
				b.WriteByte('\\')
			}
			b.WriteByte(value[i])
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case c == quote:
			quote = 0
		case quote == 0 && (c == ' ' || c == '\t'):
			return b.String() // the word ends; a shell would run what follows
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == utf8.RuneError {
			return -1
		}
		return r
	}, s)
}
