package metadata

import (
	"errors"
	"fmt"
	"strings"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/internal/rawjson"
)

// Error says which part of the JSON of an entry is wrong.
// Everything that reading refuses is an *Error.
type Error struct {
	// Path leads to the fault, such as entries[3].data.cve; it is empty if the
	// whole text is at fault.
	Path string
	// Err says what is wrong there.
	Err error
}

// Error names the path and the fault.
func (e *Error) Error() string {
	if e.Path == "" {
		return e.Err.Error()
	}
	return e.Path + ": " + e.Err.Error()
}

// Unwrap returns the fault without its path.
func (e *Error) Unwrap() error { return e.Err }

var (
	errUnknownKey = errors.New("key is unknown here; remove it or correct its spelling")
	errMissing    = errors.New("is missing")
)

// at puts a step in front of the path of err: a key, or an index such as [3].
func at(step string, err error) error {
	path, fault := split(err)
	if path != "" && !strings.HasPrefix(path, "[") {
		path = "." + path
	}
	return &Error{Path: step + path, Err: fault}
}

func split(err error) (path string, fault error) {
	var inner *Error
	if errors.As(err, &inner) {
		return inner.Path, inner.Err
	}
	var identity *artefact.FieldError
	if errors.As(err, &identity) {
		return identity.Path, identity.Err
	}
	var text *rawjson.Fault
	if errors.As(err, &text) {
		return text.Path, text.Err
	}
	return "", err
}

// whole is the error of a whole text, which may have a path in it.
func whole(err error) error {
	path, fault := split(err)
	return &Error{Path: path, Err: fault}
}

func index(i int) string { return fmt.Sprintf("[%d]", i) }

func wrongType(want string, got []byte) error {
	return fmt.Errorf("want %s, got %s", want, rawjson.Kind(got))
}
