package store

import (
	"context"
	"strings"
	"time"
	"unicode"
)

// Act says who writes, when, and by which request. It is kept in the history of what
// is written, see [Historian].
type Act struct {
	// At is when; the zero time means when the store is called, which is
	// [UpsertOptions.Now] for an upsert. Stores keep microseconds, in UTC.
	At time.Time
	// Who is the name of a user, or of the datasource that writes in nobody's name;
	// empty if that is not known.
	Who string
	// Request tells requests apart, such as the id in a log, or names the command;
	// empty if that is not known.
	Request string
}

// By returns a context whose writes are a. What a leaves empty stays as it was said of
// ctx before.
func By(ctx context.Context, a Act) context.Context {
	said := ActOf(ctx)
	if !a.At.IsZero() {
		said.At = a.At.UTC().Truncate(time.Microsecond)
	}
	if who := oneLine(a.Who); who != "" {
		said.Who = who
	}
	if request := oneLine(a.Request); request != "" {
		said.Request = request
	}
	return context.WithValue(ctx, actKey{}, said)
}

// ActOf returns the act of [By], the zero Act if nothing was said.
func ActOf(ctx context.Context) Act {
	a, _ := ctx.Value(actKey{}).(Act)
	return a
}

type actKey struct{}

// maxActText is how many characters of a name are kept. Requests come from outside.
const maxActText = 200

// oneLine is what every database and log can hold of a text.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, strings.ToValidUTF8(s, ""))
	if runes := []rune(s); len(runes) > maxActText {
		s = string(runes[:maxActText])
	}
	return strings.TrimSpace(s)
}
