package blake2s128_test

import (
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/internal/blake2s128"
)

// The sums were made with Python: hashlib.blake2s(x, digest_size=16).hexdigest().
func TestHex(t *testing.T) {
	is := is.New(t)
	is.Equal(blake2s128.Hex(nil), "64550d6ffe2c0a01a14aba1eade0200c")
	is.Equal(blake2s128.Hex([]byte("abc")), "aa4938119b1dc7b87cbad0ffd200d0ae")
	is.Equal(blake2s128.Hex(make([]byte, 1000)), "fe349fcc2f467e6abca4070084529a65")
}

func BenchmarkHex(b *testing.B) {
	key := make([]byte, 180)
	b.ReportAllocs()
	for b.Loop() {
		blake2s128.Hex(key)
	}
}
