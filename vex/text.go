package vex

import (
	"strings"

	openvex "github.com/openvex/go-vex/pkg/vex"
)

// What OpenVEX demands where nobody said anything.
const (
	noReason = "No reason was recorded."
	noAction = openvex.NoActionStatementMsg
)

func withoutDefault(text, none string) string {
	if text == none {
		return ""
	}
	return text
}

func orDefault(text, none string) string {
	if text == "" {
		return none
	}
	return text
}

// clean removes what is lost on the way through other tools: spaces around a text,
// and line ends of Windows.
func clean(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }

// joinTexts joins what is not empty as paragraphs.
func joinTexts(texts ...string) string {
	var said []string
	for _, t := range texts {
		if t = clean(t); t != "" {
			said = append(said, t)
		}
	}
	return strings.Join(said, "\n\n")
}

// lastSegment is what follows the last slash of an IRI or a path.
func lastSegment(s string) string { return s[strings.LastIndexByte(s, '/')+1:] }

// oneLine keeps a fact from becoming two.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
