package osid_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/scan/osid"
)

func TestParseRelease(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		text string
		want metadata.OperatingSystemID
	}{
		"empty":   {"", metadata.OperatingSystemID{}},
		"comment": {"# NAME=x\n\n  \n", metadata.OperatingSystemID{}},
		"bare":    {"ID=debian", metadata.OperatingSystemID{ID: new("debian")}},
		"all": {
			"NAME=a\nID=b\nPRETTY_NAME=c\nCPE_NAME=d\nVARIANT=e\nVARIANT_ID=f\nVERSION=g\nVERSION_ID=h\nVERSION_CODENAME=i\nBUILD_ID=j\nIMAGE_ID=k\nIMAGE_VERSION=l\n",
			metadata.OperatingSystemID{
				Name: new("a"), ID: new("b"), PrettyName: new("c"), CPEName: new("d"), Variant: new("e"), VariantID: new("f"),
				Version: new("g"), VersionID: new("h"), VersionCodename: new("i"), BuildID: new("j"), ImageID: new("k"), ImageVersion: new("l"),
			},
		},
		"double quotes":               {`NAME="Debian GNU/Linux"`, metadata.OperatingSystemID{Name: new("Debian GNU/Linux")}},
		"single quotes":               {`NAME='a "b" \c $d'`, metadata.OperatingSystemID{Name: new(`a "b" \c $d`)}},
		"escapes in quotes":           {`NAME="a \"b\" \\ \$c \` + "`" + ` \d"`, metadata.OperatingSystemID{Name: new("a \"b\" \\ $c ` \\d")}},
		"escapes outside of quotes":   {`NAME=a\ b\"c`, metadata.OperatingSystemID{Name: new(`a b"c`)}},
		"quotes in the middle":        {`NAME=a"b c"'d e'`, metadata.OperatingSystemID{Name: new("ab cd e")}},
		"backslash at the end":        {`NAME=a\`, metadata.OperatingSystemID{Name: new(`a\`)}},
		"quote without end":           {`NAME="a b`, metadata.OperatingSystemID{Name: new("a b")}},
		"command after the value":     {"NAME=a b; rm -r x", metadata.OperatingSystemID{Name: new("a")}},
		"nothing is executed":         {`NAME="$(id)"`, metadata.OperatingSystemID{Name: new("$(id)")}},
		"carriage returns":            {"ID=debian\r\nNAME=\"x\"\r\n", metadata.OperatingSystemID{ID: new("debian"), Name: new("x")}},
		"indented":                    {"  ID=debian", metadata.OperatingSystemID{ID: new("debian")}},
		"last one counts":             {"ID=a\nID=b", metadata.OperatingSystemID{ID: new("b")}},
		"last one counts, also empty": {"ID=a\nID=", metadata.OperatingSystemID{}},
		"empty quotes":                {`ID=""`, metadata.OperatingSystemID{}},
		"unknown names":               {"HOME_URL=x\nid=y\nexport ID=z\n=x", metadata.OperatingSystemID{}},
		"no assignment":               {"ID", metadata.OperatingSystemID{}},
		"reading goes on":             {"# os-release\nHOME_URL=x\nID\nID=debian", metadata.OperatingSystemID{ID: new("debian")}},
		"equals sign in the value":    {"NAME=a=b", metadata.OperatingSystemID{Name: new("a=b")}},
		"control characters":          {"NAME=a\x00b\x07\x7fc", metadata.OperatingSystemID{Name: new("abc")}},
		"not UTF-8":                   {"NAME=a\xff\xfeb", metadata.OperatingSystemID{Name: new("ab")}},
		"other scripts":               {"NAME=Größe", metadata.OperatingSystemID{Name: new("Größe")}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			is.Equal(cmp.Diff(c.want, osid.ParseRelease(c.text)), "")
		})
	}
}

func TestIdentify(t *testing.T) {
	t.Parallel()
	const debian, alpine = "ID=debian\nVERSION_ID=12\n", "ID=alpine\n"
	cases := map[string]struct {
		files map[string]string
		want  string // ID and VERSION_ID
	}{
		"nothing":                     {map[string]string{}, " "},
		"empty file":                  {map[string]string{"etc/os-release": ""}, " "},
		"etc first":                   {map[string]string{"etc/os-release": "ID=a", "usr/lib/os-release": "ID=b"}, "a "},
		"usr/lib":                     {map[string]string{"usr/lib/os-release": "ID=b"}, "b "},
		"point release of Debian":     {map[string]string{"etc/os-release": debian, "etc/debian_version": "12.5\n"}, "debian 12.5"},
		"point release with a v":      {map[string]string{"etc/os-release": debian, "etc/debian_version": "v12.5"}, "debian 12"},
		"point release of another":    {map[string]string{"etc/os-release": debian, "etc/debian_version": "13.1"}, "debian 12"},
		"same without point release":  {map[string]string{"etc/os-release": debian, "etc/debian_version": "12"}, "debian 12"},
		"120 is not of 12":            {map[string]string{"etc/os-release": debian, "etc/debian_version": "120.1"}, "debian 12"},
		"testing":                     {map[string]string{"etc/os-release": "ID=debian", "etc/debian_version": "forky/sid"}, "debian "},
		"no branch, point release":    {map[string]string{"etc/os-release": "ID=debian", "etc/debian_version": "12.5"}, "debian 12.5"},
		"Debian's file of Ubuntu":     {map[string]string{"etc/os-release": "ID=ubuntu\nVERSION_ID=12", "etc/debian_version": "12.5"}, "ubuntu 12"},
		"Alpine without a version":    {map[string]string{"etc/os-release": alpine, "etc/alpine-release": "3.16.9\n"}, "alpine 3.16.9"},
		"Alpine's branch":             {map[string]string{"etc/os-release": alpine + "VERSION_ID=3.16", "etc/alpine-release": "3.16.9\nx"}, "alpine 3.16.9"},
		"Alpine before a release":     {map[string]string{"etc/os-release": alpine + "VERSION_ID=3.24_alpha1", "etc/alpine-release": "3.24_alpha1"}, "alpine 3.24_alpha1"},
		"version of too many numbers": {map[string]string{"etc/os-release": debian, "etc/debian_version": "12.1.1.1.1.1.1.1.1.1"}, "debian 12"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			root := fstest.MapFS{}
			for name, text := range c.files {
				root[name] = &fstest.MapFile{Data: []byte(text)}
			}
			id, err := osid.Identify(root)
			is.NoErr(err)
			is.Equal(text(id.ID)+" "+text(id.VersionID), c.want)
		})
	}
}

// TestIdentifyFails does not take a file that cannot be read for one that is absent.
func TestIdentifyFails(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	for failing := range strings.SplitSeq("etc/os-release usr/lib/os-release etc/debian_version", " ") {
		_, err := osid.Identify(failingFile(failing))
		is.True(errors.Is(err, errTooLarge))
	}
}

var errTooLarge = errors.New("too large")

// failingFile is an image of which one file cannot be read.
type failingFile string

func (f failingFile) ReadFile(name string) ([]byte, error) {
	switch {
	case name == string(f):
		return nil, errTooLarge
	case name == "usr/lib/os-release":
		return []byte("ID=debian"), nil
	}
	return nil, fs.ErrNotExist
}

func text(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}

func FuzzParseRelease(f *testing.F) {
	f.Add("ID=debian\nVERSION_ID=\"12\"\n")
	f.Add("NAME='a\\'\"b\\\"")
	f.Fuzz(func(t *testing.T, release string) {
		id := osid.ParseRelease(release)
		data, err := metadata.NewPayload(metadata.TypeOSID, id)
		if err != nil {
			t.Fatalf("cannot be stored: %v", err)
		}
		if len(data.Raw()) > 12*40+6*len(release) {
			t.Fatalf("%d bytes became %d", len(release), len(data.Raw()))
		}
	})
}
