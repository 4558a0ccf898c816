package store

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
)

// Sentinels of every [Store].
var (
	// ErrConflict says that an id exists with another identity (see [ConflictError]).
	ErrConflict = errors.New("id exists with a different identity")
	// ErrNewerSchema says that the database was written by a newer version.
	ErrNewerSchema = errors.New("database is from a newer version")
	// ErrLocked says that another process has the database for itself.
	ErrLocked = errors.New("database is in use by another process")
	// ErrFull says that there is no space left to write.
	ErrFull = errors.New("no space left for the database")
	// ErrReadOnly says that the database may be read but not written.
	ErrReadOnly = errors.New("database is read-only")
	// ErrClosed says that the store was closed.
	ErrClosed = errors.New("store is closed")
	// ErrBusy says that no connection to the database was free in time; try again.
	ErrBusy = errors.New("database is busy")
	// ErrUnavailable says that the database cannot be reached; try again later.
	ErrUnavailable = errors.New("database cannot be reached")
	// ErrOutdated says that the database does not know at present how findings stand:
	// somebody has to judge them.
	ErrOutdated = errors.New("how findings stand is not up to date")
	// ErrNotFound says that there is no blob with a digest.
	ErrNotFound = errors.New("blob is not stored")
	// ErrDigest says that content does not have the digest that was given with it,
	// or that a digest is none (see [ParseDigest]).
	ErrDigest = errors.New("wrong digest")
	// ErrTooLong says that a text does not fit its column (see [LengthError]).
	ErrTooLong = errors.New("text is longer than its column")
	// ErrReferences says that an entry has references to other artefacts, which
	// have no place in the database.
	ErrReferences = errors.New("references of an artefact are not stored")
)

// ConflictError names the two entries whose keys join to the same text although
// their identities differ (D24 of the deliberate differences). It wraps
// [ErrConflict].
type ConflictError struct {
	ID       string
	Existing artefact.ID
	Refused  artefact.ID
	// The meta of both, of which datasource and type are part of the identity.
	ExistingMeta, RefusedMeta metadata.Meta
	// What the data of both is about, see [metadata.Entry.DataIdentity].
	ExistingData, RefusedData string
}

// Error names both identities. It writes them as JSON, because their keys are the
// same text.
func (e *ConflictError) Error() string {
	return fmt.Sprintf("entry %s: %v: stored is %s, refused is %s; change a name so that their keys differ, or delete the stored one",
		e.ID, ErrConflict, identityText(e.Existing, e.ExistingMeta, e.ExistingData), identityText(e.Refused, e.RefusedMeta, e.RefusedData))
}

func identityText(id artefact.ID, meta metadata.Meta, data string) string {
	text, _ := json.Marshal(id) // strings and lists of them cannot fail
	if data != "" {
		data = " about " + data
	}
	return fmt.Sprintf("%s of %q by %q%s", text, meta.Type, meta.Datasource, data)
}

// Unwrap returns [ErrConflict].
func (e *ConflictError) Unwrap() error { return ErrConflict }

// LengthError names a text of an entry that does not fit its column. It wraps
// [ErrTooLong].
type LengthError struct {
	Entry int    // index in the batch
	Path  string // in the entry, such as artefact.component_name
	// Length is that of the text, Max what the column holds, in characters.
	Length, Max int
}

// Error says where the text is.
func (e *LengthError) Error() string {
	return fmt.Sprintf("entries[%d].%s: %v: it has %d characters, the column holds %d", e.Entry, e.Path, ErrTooLong, e.Length, e.Max)
}

// Unwrap returns [ErrTooLong].
func (e *LengthError) Unwrap() error { return ErrTooLong }
