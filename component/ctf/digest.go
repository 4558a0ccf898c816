package ctf

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"regexp"
	"strings"
)

var digestPattern = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

// blobFile returns the name of the file that holds the content with that digest.
func blobFile(digest string) (string, error) {
	if !digestPattern.MatchString(digest) {
		return "", fmt.Errorf("digest %q is not sha256: and 64 hexadecimal digits: %w", digest, ErrUnsafe)
	}
	return blobFolder + strings.Replace(digest, ":", ".", 1), nil
}

// verifier hashes what is read through it. At the end it returns an error in
// place of io.EOF if the content is not what the digest says.
type verifier struct {
	io.ReadCloser
	hash   hash.Hash
	digest string
	err    error
}

func verify(content io.ReadCloser, digest string) *verifier {
	return &verifier{ReadCloser: content, hash: sha256.New(), digest: digest}
}

func (v *verifier) Read(p []byte) (int, error) {
	if v.err != nil {
		return 0, v.err
	}
	n, err := v.ReadCloser.Read(p)
	v.hash.Write(p[:n])
	if err == io.EOF {
		err = v.check()
	}
	v.err = err
	return n, err
}

func (v *verifier) check() error {
	if got := "sha256:" + hex.EncodeToString(v.hash.Sum(nil)); got != v.digest {
		return fmt.Errorf("blob %s has the content of %s, so it is damaged or was altered, fetch the archive again from its source: %w", v.digest, got, ErrDigest)
	}
	return io.EOF
}
