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

var initial = initialState()

func initialState() []byte {
	h, err := blake2s.New256(nil)
	if err != nil {
		panic("blake2s without a key: " + err.Error()) // it only fails for long keys
	}
	state, err := h.(encoding.BinaryMarshaler).MarshalBinary()
	if err != nil {
		panic("blake2s state: " + err.Error()) // it only fails with a key
	}
	// The parameter block's first byte, the digest size, is XORed into h[0].
	state[lowByteOfH0] ^= blake2s.Size ^ Size
	state[sizeByte] = Size
	return state
}

var pool = sync.Pool{New: func() any {
	h, _ := blake2s.New256(nil) // cannot fail, see initialState
	return h
}}

// Hex returns the digest of b in lower-case hex, 32 characters.
// It is safe for concurrent use.
func Hex(b []byte) string {
	h := pool.Get().(hash.Hash)
	defer pool.Put(h)
	if err := h.(encoding.BinaryUnmarshaler).UnmarshalBinary(initial); err != nil {
		panic("blake2s state: " + err.Error()) // the state is ours and constant
	}
	h.Write(b)
	var sum [blake2s.Size]byte
	var text [2 * Size]byte
	hex.Encode(text[:], h.Sum(sum[:0])[:Size])
	return string(text[:])
}
