package search

import "unicode/utf8"

// The limits of the texts of a request. A database looks for each in every entry,
// and takes the longer the longer they are.
const (
	// MaxText is the length of one text, in characters.
	MaxText = 1000
	// MaxTexts is the length of all values and fields together, in bytes.
	MaxTexts = 64 << 10
)

// texts is what the values of a request share: the room for them, in bytes.
type texts struct{ left int }

// take makes room for a value, or says that there is none.
func (t *texts) take(path, text string) error {
	if t.left -= len(text); t.left < 0 {
		return fault("%s: the values and fields of all criteria together have more than %d bytes; send several searches", path, MaxTexts)
	}
	return nil
}

func short(path, text string) error {
	if n := utf8.RuneCountInString(text); n > MaxText {
		return fault("%s: %d characters, at most %d are allowed", path, n, MaxText)
	}
	return nil
}
