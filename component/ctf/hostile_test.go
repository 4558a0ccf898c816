package ctf_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/ctf"
)

var errDigest = ctf.ErrDigest

// entry is an entry of a tar that a test makes.
type entry struct {
	tar.Header
	data string
}

func file(name, data string) entry {
	return entry{tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(data))}, data}
}

func special(name string, typeflag byte, target string) entry {
	return entry{tar.Header{Name: name, Typeflag: typeflag, Linkname: target}, ""}
}

func packed(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var buffer bytes.Buffer
	writer := tar.NewWriter(&buffer)
	for _, e := range entries {
		must(t, writer.WriteHeader(&e.Header))
		_, err := io.WriteString(writer, e.data)
		must(t, err)
	}
	must(t, writer.Close())
	return buffer.Bytes()
}

func zipped(t testing.TB, data []byte) []byte {
	t.Helper()
	var buffer bytes.Buffer
	writer := gzip.NewWriter(&buffer)
	_, err := writer.Write(data)
	must(t, err)
	must(t, writer.Close())
	return buffer.Bytes()
}

// stored writes an archive to disk.
func stored(t testing.TB, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "archive")
	must(t, os.WriteFile(path, data, 0o644))
	return path
}

func blobEntry(data string) (e entry, digest string) {
	sum := sha256.Sum256([]byte(data))
	hash := hex.EncodeToString(sum[:])
	return file("blobs/sha256."+hash, data), "sha256:" + hash
}

const emptyIndex = `{"schemaVersion":1,"artifacts":[]}`

func TestHostileTar(t *testing.T) {
	t.Parallel()
	index := file("artifact-index.json", emptyIndex)
	blob, _ := blobEntry("content")
	cases := map[string]struct {
		entries []entry
		want    error
		says    string
	}{
		"harmless":          {[]entry{index, blob, file("README", "hello")}, nil, ""},
		"dot slash":         {[]entry{special("./", tar.TypeDir, ""), file("./artifact-index.json", emptyIndex)}, nil, ""},
		"global header":     {[]entry{{tar.Header{Typeflag: tar.TypeXGlobalHeader, PAXRecords: map[string]string{"comment": "by git archive"}}, ""}, index}, nil, ""},
		"parent":            {[]entry{index, file("../../evil.txt", "x")}, ctf.ErrUnsafe, `entry "../../evil.txt" points out of the archive`},
		"hidden parent":     {[]entry{index, file("blobs/../../evil.txt", "x")}, ctf.ErrUnsafe, "points out"},
		"parent folder":     {[]entry{index, special("..", tar.TypeDir, "")}, ctf.ErrUnsafe, "points out"},
		"absolute":          {[]entry{index, file("/etc/passwd", "x")}, ctf.ErrUnsafe, `entry "/etc/passwd" points out`},
		"backslash":         {[]entry{index, file(`..\evil`, "x")}, ctf.ErrUnsafe, "points out"},
		"symbolic link":     {[]entry{index, special(blob.Name, tar.TypeSymlink, "/etc/passwd")}, ctf.ErrUnsafe, `is a link to "/etc/passwd"`},
		"hard link":         {[]entry{index, special(blob.Name, tar.TypeLink, "artifact-index.json")}, ctf.ErrUnsafe, "is a link"},
		"index is a link":   {[]entry{special("artifact-index.json", tar.TypeSymlink, "/etc/passwd")}, ctf.ErrUnsafe, "is a link"},
		"device":            {[]entry{index, special("blobs/dev", tar.TypeChar, "")}, ctf.ErrUnsafe, "want files and folders only"},
		"pipe":              {[]entry{index, special("blobs/pipe", tar.TypeFifo, "")}, ctf.ErrUnsafe, "want files and folders only"},
		"same blob twice":   {[]entry{index, blob, blob}, ctf.ErrUnsafe, "occurs twice"},
		"index twice":       {[]entry{index, index}, ctf.ErrUnsafe, `entry "artifact-index.json" occurs twice`},
		"index under alias": {[]entry{index, file("./artifact-index.json", emptyIndex)}, ctf.ErrUnsafe, "occurs twice"},
		"index elsewhere":   {[]entry{file("ctf/artifact-index.json", emptyIndex)}, ctf.ErrNotCTF, "neither artifact-index.json nor component-descriptor.yaml"},
		"no entry":          {nil, ctf.ErrNotCTF, "neither"},
		"index no JSON":     {[]entry{file("artifact-index.json", "x")}, ctf.ErrNotCTF, "no JSON index"},
		"index of tomorrow": {[]entry{file("artifact-index.json", `{"schemaVersion":2}`)}, ctf.ErrNotCTF, "schemaVersion 2, want 1"},
		"no descriptor":     {[]entry{file("component-descriptor.yaml", "[]")}, component.ErrMalformed, "the document is a list"},
	}
	for name, c := range cases {
		for form, data := range map[string][]byte{"tar": packed(t, c.entries...), "tgz": zipped(t, packed(t, c.entries...))} {
			t.Run(name+" "+form, func(t *testing.T) {
				is := is.New(t)
				path := stored(t, data)
				archive, err := ctf.Open(path, ctf.Config{})
				if c.want == nil {
					is.NoErr(err)
					is.NoErr(archive.Close())
					return
				}
				is.True(errors.Is(err, c.want))                // the cause can be told
				is.True(strings.Contains(err.Error(), path))   // which archive
				is.True(strings.Contains(err.Error(), c.says)) // what and where
			})
		}
	}
}

func TestNoArchive(t *testing.T) {
	t.Parallel()
	whole := zipped(t, packed(t, file("artifact-index.json", emptyIndex), file("blobs/pad", strings.Repeat("pad", 5000))))
	plain := packed(t, file("artifact-index.json", emptyIndex), file("blobs/pad", strings.Repeat("pad", 5000)))
	cases := map[string]struct {
		path string
		want error
		says string
	}{
		"absent":         {filepath.Join(t.TempDir(), "absent"), component.ErrNotFound, "no such file"},
		"device":         {os.DevNull, ctf.ErrNotCTF, "neither a file nor a directory"},
		"text":           {stored(t, bytes.Repeat([]byte("no archive "), 100)), ctf.ErrNotCTF, "neither a directory, a tar nor a gzipped tar"},
		"short text":     {stored(t, []byte("no")), io.ErrUnexpectedEOF, "truncated"},
		"empty file":     {stored(t, nil), ctf.ErrNotCTF, "neither"},
		"empty folder":   {t.TempDir(), ctf.ErrNotCTF, "neither"},
		"truncated tgz":  {stored(t, whole[:len(whole)/2]), io.ErrUnexpectedEOF, "truncated"},
		"truncated tar":  {stored(t, plain[:4000]), io.ErrUnexpectedEOF, "truncated"},
		"truncated gzip": {stored(t, whole[:5]), io.EOF, "truncated"},
		"gzipped text":   {stored(t, zipped(t, bytes.Repeat([]byte("no archive "), 100))), ctf.ErrNotCTF, "neither"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			is := is.New(t)
			_, err := ctf.Open(c.path, ctf.Config{})
			is.True(err != nil)
			is.True(errors.Is(err, c.want) || errors.Is(err, io.ErrUnexpectedEOF) && errors.Is(c.want, io.EOF))
			is.True(strings.Contains(err.Error(), c.path)) // which archive
			is.True(strings.Contains(err.Error(), c.says)) // what
		})
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	blob, digest := blobEntry(strings.Repeat("0123456789", 1000))
	small := packed(t, file("artifact-index.json", emptyIndex), blob)
	bomb := packed(t, file("artifact-index.json", emptyIndex), file("blobs/zero", strings.Repeat("\x00", 70<<20)))
	cases := map[string]struct {
		data []byte
		cfg  ctf.Config
		says string
	}{
		"entries":           {small, ctf.Config{MaxEntries: 1}, "more than 1 entries (MaxEntries)"},
		"total of a tar":    {small, ctf.Config{MaxTotalBytes: 1000}, "more than 1000"},
		"total of a tgz":    {zipped(t, small), ctf.Config{MaxTotalBytes: 1000}, "decompresses to more than 1000 bytes (MaxTotalBytes)"},
		"index":             {small, ctf.Config{MaxDocumentBytes: 10}, "more than 10"},
		"bomb":              {zipped(t, bomb), ctf.Config{}, "decompresses to more than 200 times its size"},
		"blob":              {small, ctf.Config{MaxBlobBytes: 100}, "has 10000 bytes, more than 100"},
		"blob that streams": {zipped(t, small), ctf.Config{MaxBlobBytes: 100, MaxMemoryBytes: 1}, "has 10000 bytes, more than 100"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			is := is.New(t)
			archive, err := ctf.Open(stored(t, c.data), c.cfg)
			if err == nil {
				defer archive.Close()
				_, err = archive.OpenBlob(t.Context(), component.ID{}, digest)
			}
			is.True(errors.Is(err, ctf.ErrUnsafe))
			is.True(strings.Contains(err.Error(), c.says))
		})
	}
	t.Run("negative", func(t *testing.T) {
		is := is.New(t)
		_, err := ctf.Open(t.TempDir(), ctf.Config{MaxEntries: -1, MaxRatio: -2})
		is.True(err != nil)
		is.True(strings.Contains(err.Error(), "MaxEntries is -1") && strings.Contains(err.Error(), "MaxRatio is -2"))
	})
}

// TestHostileFolder reads from a folder with links and pipes.
func TestHostileFolder(t *testing.T) {
	t.Parallel()
	folder, outside := t.TempDir(), t.TempDir()
	_, secret := blobEntry("secret")
	_, inner := blobEntry("inner")
	_, odd := blobEntry("odd")
	name := func(digest string) string { return filepath.Join("blobs", strings.Replace(digest, ":", ".", 1)) }
	must(t, os.Mkdir(filepath.Join(folder, "blobs"), 0o755))
	must(t, os.WriteFile(filepath.Join(folder, "artifact-index.json"), []byte(emptyIndex), 0o644))
	must(t, os.WriteFile(filepath.Join(outside, "secret"), []byte("secret"), 0o644))
	must(t, os.WriteFile(filepath.Join(folder, "inner"), []byte("inner"), 0o644))
	must(t, os.Symlink(filepath.Join(outside, "secret"), filepath.Join(folder, name(secret))))
	must(t, os.Symlink("../inner", filepath.Join(folder, name(inner))))
	must(t, os.Mkdir(filepath.Join(folder, name(odd)), 0o755))
	archive := open(t, folder)
	cases := map[string]struct {
		digest string
		want   error
	}{
		"link out of the tree":     {secret, ctf.ErrUnsafe},
		"link within the tree":     {inner, nil},
		"folder for a blob":        {odd, ctf.ErrUnsafe},
		"digest with a path":       {"sha256:../../../etc/passwd", ctf.ErrUnsafe},
		"digest of other kind":     {"sha512:" + strings.Repeat("0", 128), ctf.ErrUnsafe},
		"digest with upper case":   {strings.ToUpper(inner), ctf.ErrUnsafe},
		"digest that is not there": {"sha256:" + strings.Repeat("0", 64), component.ErrNotFound},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			is := is.New(t)
			err := readBlob(t, archive, id("acme.org/x:1.0.0"), c.digest)
			is.True(errors.Is(err, c.want)) // nil if it can be read
			is.True(err == nil || strings.Contains(err.Error(), folder))
		})
	}
}

func readBlob(t *testing.T, archive component.BlobOpener, id component.ID, digest string) error {
	t.Helper()
	blob, err := archive.OpenBlob(t.Context(), id, digest)
	if err != nil {
		return err
	}
	defer blob.Close()
	_, err = io.Copy(io.Discard, blob)
	return err
}

func unmarshal(t *testing.T, part, v any) error {
	t.Helper()
	data, err := json.Marshal(part)
	must(t, err)
	return json.Unmarshal(data, v)
}

// TestStreaming reads blobs of a tgz that are not kept in memory.
func TestStreaming(t *testing.T) {
	t.Parallel()
	first, firstDigest := blobEntry(strings.Repeat("first ", 30_000))
	second, secondDigest := blobEntry(strings.Repeat("second ", 30_000))
	wrong := file("blobs/sha256."+strings.Repeat("0", 64), "altered")
	path := stored(t, zipped(t, packed(t, first, file("artifact-index.json", emptyIndex), second, wrong)))
	for _, cfg := range []ctf.Config{{}, {MaxMemoryBytes: 1000}, {MaxCachedBlobBytes: 1000}} {
		t.Run(fmt.Sprintf("%+v", cfg), func(t *testing.T) {
			is := is.New(t)
			archive, err := ctf.Open(path, cfg)
			is.NoErr(err)
			defer archive.Close()
			is.NoErr(readBlob(t, archive, component.ID{}, secondDigest))
			is.NoErr(readBlob(t, archive, component.ID{}, firstDigest))
			is.True(errors.Is(readBlob(t, archive, component.ID{}, "sha256:"+strings.Repeat("0", 64)), ctf.ErrDigest))
		})
	}
}
