package main

import (
	"strings"
	"unicode"
)

// printable replaces what a terminal would act on. Names of operating systems and
// artefacts come from images and archives, which may be hostile.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, s)
}

// spreadsheetSafe keeps a CSV cell from being taken for a formula.
func spreadsheetSafe(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// widest is how much of a text a table shows, in characters.
const widest = 80

// short is a printable text that fits into a table.
func short(s string) string {
	runes := []rune(printable(s))
	if len(runes) > widest {
		return string(runes[:widest-1]) + "…"
	}
	return string(runes)
}
