package oci

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"regexp"

	"github.com/opendeliverygear/odg/component"
)

var (
	digestPattern = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
	tagPattern    = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$`)
)

func checkDigest(digest string) error {
	if !digestPattern.MatchString(digest) {
		return fmt.Errorf("digest %q is not sha256: and 64 hexadecimal digits: %w", shorten(digest), component.ErrMalformed)
	}
	return nil
}

func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// verifier hashes and counts what is read through it. At the end it returns an
// error in place of io.EOF if the content is not what the digest says.
type verifier struct {
	io.ReadCloser
	hash   hash.Hash
	digest string
	limit  int64
	read   int64
	err    error
}

func verify(content io.ReadCloser, digest string, limit int64) *verifier {
	return &verifier{ReadCloser: content, hash: sha256.New(), digest: digest, limit: limit}
}

func (v *verifier) Read(p []byte) (int, error) {
	if v.err != nil {
		return 0, v.err
	}
	n, err := v.ReadCloser.Read(p)
	v.hash.Write(p[:n])
	if v.read += int64(n); v.read > v.limit {
		n, err = 0, tooLarge("blob "+v.digest, v.limit)
	}
	if err == io.EOF {
		err = v.check()
	}
	v.err = err
	return n, err
}

func (v *verifier) check() error {
	if got := "sha256:" + hex.EncodeToString(v.hash.Sum(nil)); got != v.digest {
		return mismatch(v.digest, got)
	}
	return io.EOF
}

func mismatch(want, got string) error {
	return fmt.Errorf("the registry gives content with the digest %s for %s, so it is damaged or was altered: %w", got, want, ErrDigest)
}

func tooLarge(what string, limit int64) error {
	return fmt.Errorf("%s has more than %d bytes: %w", what, limit, component.ErrLimit)
}
