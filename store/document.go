package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/opendeliverygear/odg/internal/blake2s128"
)

// ErrDocumentID says that the id of a document is none.
var ErrDocumentID = errors.New("not the id of a cached document")

// DefaultMaxDocumentBytes is about how much the documents of a store take together
// unless its configuration says otherwise: those of some fifty thousand component
// versions.
const DefaultMaxDocumentBytes = 256 << 20

// Document is a component descriptor of a registry, kept so that it need not be fetched
// again.
type Document struct {
	// ID is that of [DescriptorID].
	ID string
	// Content is the document, YAML or JSON.
	Content []byte
	// Digest is that of Content when it was put, see [DocumentDigest]. Who reads a
	// document compares them.
	Digest string
	// Used is when the document was last of use, in whole seconds.
	Used time.Time
	// StaleFrom is from when on the document must not be used any more; the zero time
	// is never.
	StaleFrom time.Time
}

// DocumentCount says how many documents there are, and how many bytes they have together.
type DocumentCount struct{ Documents, Bytes int64 }

// Documents keeps documents of component versions, which do not change, in a table of
// its own. It is a cache: what is put may be gone the next moment. Those that were not
// used for the longest time go when all take more room than the store is configured
// for. Every implementation passes the suite RunDocuments of package storetest and is
// safe for concurrent use.
//
// An existing installation has such a cache too, in another table and another form
// (pickled objects of Python), which is left alone. Only the ids are the same.
type Documents interface {
	// FindDocuments returns the documents with these ids, by id. Those that are not
	// there are left out. It changes nothing.
	FindDocuments(ctx context.Context, ids []string) (map[string]Document, error)

	// PutDocuments writes documents, all or none, in place of those with the same ids;
	// the last one counts if an id occurs twice. StaleFrom is not looked at: what was
	// said by MarkCacheForDeletion stays if it is later than Used. An id that is none
	// is an error that wraps [ErrDocumentID].
	PutDocuments(ctx context.Context, documents []Document) error

	// UseDocuments says that the documents with these ids were of use at a time.
	// Unknown ids are fine.
	UseDocuments(ctx context.Context, ids []string, at time.Time) error

	// DeleteDocuments removes the documents with these ids. Unknown ids are fine.
	DeleteDocuments(ctx context.Context, ids []string) error

	// CountDocuments returns how much there is.
	CountDocuments(ctx context.Context) (DocumentCount, error)

	// MarkCacheForDeletion marks the document with an id as stale from a time on, and
	// what existing servers have cached under it. Unknown ids are fine.
	MarkCacheForDeletion(ctx context.Context, id string, at time.Time) error
}

// DescriptorID returns the id under which the descriptor of a component version in an
// OCM repository is cached, which is the [CacheID] of existing installations. The
// repository is written as the configuration writes it.
func DescriptorID(repository, name, version string) string {
	return blake2s128.Hex([]byte(strings.Join([]string{"component-descriptor", "pickle-4.0", name, version, repository}, "|")))
}

// IsCacheID tells whether something can be cached under an id: one of 32 hexadecimal
// digits in lower case.
func IsCacheID(id string) bool {
	sum, err := hex.DecodeString(id)
	return err == nil && len(sum) == blake2s128.Size && id == strings.ToLower(id)
}

// DocumentDigest returns the digest of a document: sha256: and 64 hexadecimal digits.
func DocumentDigest(content []byte) string {
	sum := sha256.Sum256(content)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// Latest returns documents without those that are followed by another one with the
// same id, in order of their ids, for those who implement [Documents]. An id that is
// none is an error that wraps [ErrDocumentID].
func Latest(documents []Document) ([]Document, error) {
	last := make(map[string]Document, len(documents))
	for i, d := range documents {
		if !IsCacheID(d.ID) {
			return nil, fmt.Errorf("document %d: %w: want 32 hexadecimal digits", i, ErrDocumentID)
		}
		last[d.ID] = d
	}
	latest := make([]Document, 0, len(last))
	for _, id := range slices.Sorted(maps.Keys(last)) {
		latest = append(latest, last[id])
	}
	return latest, nil
}
