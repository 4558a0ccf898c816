package store_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/store"
)

const emptyDigest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

func TestParseDigest(t *testing.T) {
	t.Parallel()
	digits := strings.TrimPrefix(emptyDigest, "sha256:")
	for text, says := range map[string]string{
		emptyDigest:                         "",
		"sha256:" + strings.ToUpper(digits): "",
		"":                                  "not of the form",
		digits:                              "not of the form",
		":" + digits:                        "not of the form",
		"sha512:" + digits:                  `"sha512", only sha256`,
		"SHA256:" + digits:                  `"SHA256", only sha256`,
		emptyDigest + "0":                   "64 hexadecimal digits",
		emptyDigest + "00":                  "64 hexadecimal digits",
		emptyDigest[:70]:                    "64 hexadecimal digits",
		emptyDigest[:70] + "g":              "64 hexadecimal digits",
		"sha256:" + emptyDigest:             "64 hexadecimal digits",
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			digest, err := store.ParseDigest(text)
			if says == "" {
				is.NoErr(err)
				is.Equal(digest, emptyDigest)
				return
			}
			is.True(errors.Is(err, store.ErrDigest))
			is.True(strings.Contains(err.Error(), says))
		})
	}
}

func FuzzParseDigest(f *testing.F) {
	f.Add(emptyDigest)
	f.Fuzz(func(t *testing.T, text string) {
		digest, err := store.ParseDigest(text)
		if err != nil {
			if !errors.Is(err, store.ErrDigest) {
				t.Error(err)
			}
			return
		}
		if again, err := store.ParseDigest(digest); again != digest || err != nil || !strings.EqualFold(digest, text) {
			t.Errorf("%q became %q, then %q, %v", text, digest, again, err)
		}
	})
}

func TestBlobReader(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	digest := "sha256:ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73" // of content
	read := func(b store.Blob, content io.Reader) (store.Blob, error) {
		reader, err := store.NewBlobReader(b, content)
		is.NoErr(err)
		_, err = io.ReadAll(reader)
		_, again := reader.Read(nil)
		is.Equal(err == nil, again == io.EOF) // an error stays
		return reader.Blob(), err
	}
	blob, err := read(store.Blob{Digest: digest}, iotest.OneByteReader(strings.NewReader("content")))
	is.NoErr(err)
	is.Equal(blob, store.Blob{Digest: digest, Size: 7, MediaType: store.DefaultMediaType})
	_, err = read(store.Blob{Digest: digest, Size: 7, MediaType: "a/b"}, iotest.DataErrReader(strings.NewReader("content")))
	is.NoErr(err)
	_, err = read(store.Blob{Digest: digest, Size: 8}, strings.NewReader("content"))
	is.True(errors.Is(err, store.ErrDigest))
	_, err = read(store.Blob{Digest: digest}, strings.NewReader("contenT"))
	is.True(errors.Is(err, store.ErrDigest))
	_, err = read(store.Blob{Digest: digest}, iotest.ErrReader(io.ErrUnexpectedEOF))
	is.True(errors.Is(err, io.ErrUnexpectedEOF))
	is.True(err != io.ErrUnexpectedEOF) // which io.ReadFull returns at a proper end
	_, err = store.NewBlobReader(store.Blob{Digest: "x"}, nil)
	is.True(errors.Is(err, store.ErrDigest))
}
