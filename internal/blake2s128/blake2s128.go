// Package blake2s128 computes the unkeyed BLAKE2s digest of 16 bytes (RFC 7693),
// from which ODG makes entry ids and backlog item names.
//
// golang.org/x/crypto/blake2s offers this digest size with a key only. The size
// enters the algorithm in two places of its initial state, so this package takes
// the saved state of an unkeyed 32-byte digest, changes those two, and starts
// every sum from there.
package blake2s128

import (
	"encoding"
	"encoding/hex"
	"hash"
	"sync"

	"golang.org/x/crypto/blake2s"
)

// Size of a digest in bytes.
const Size = 16

// Offsets in the state that blake2s.New256 marshals: the magic "b2s", the chain
// value h as eight big-endian words, the counter, then the size.
const (
	lowByteOfH0 = len("b2s") + 3
	sizeByte    = len("b2s") + 8*4 + 2*4
)

// state is a digest with room for its input and output, so that a sum allocates
// nothing but its result: what is handed to an interface escapes to the heap.
type state struct {
	hash  hash.Hash
	reset encoding.BinaryUnmarshaler
	in    []byte
	sum   []byte
	text  [2 * Size]byte
}

var initial = initialState()

func initialState() []byte {
	saved, err := newState().hash.(encoding.BinaryMarshaler).MarshalBinary()
	if err != nil {
		panic("blake2s state: " + err.Error()) // it only fails with a key
	}
	// The parameter block's first byte, the digest size, is XORed into h[0].
	saved[lowByteOfH0] ^= blake2s.Size ^ Size
	saved[sizeByte] = Size
	return saved
}

func newState() *state {
	h, err := blake2s.New256(nil)
	if err != nil {
		panic("blake2s without a key: " + err.Error()) // it only fails for long keys
	}
	return &state{hash: h, reset: h.(encoding.BinaryUnmarshaler), sum: make([]byte, 0, blake2s.Size)}
}

var pool = sync.Pool{New: func() any { return newState() }}

// maxKept bounds the input that a pooled state keeps room for, in bytes.
const maxKept = 64 << 10

// Hex returns the digest of b in lower-case hex, 32 characters.
// It is safe for concurrent use.
func Hex(b []byte) string {
	s := pool.Get().(*state)
	s.in = append(s.in[:0], b...)
	text := s.hex()
	if cap(s.in) <= maxKept {
		pool.Put(s)
	}
	return text
}

func (s *state) hex() string {
	if err := s.reset.UnmarshalBinary(initial); err != nil {
		panic("blake2s state: " + err.Error()) // the state is ours and constant
	}
	s.hash.Write(s.in)
	hex.Encode(s.text[:], s.hash.Sum(s.sum)[:Size])
	return string(s.text[:])
}
