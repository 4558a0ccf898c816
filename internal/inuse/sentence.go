package inuse

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/opendeliverygear/odg/store"
)

// most returns those of the most entries, in that order.
func most(found []store.SeverityCount) []store.SeverityCount {
	list := slices.Clone(found)
	slices.SortStableFunc(list, func(a, b store.SeverityCount) int {
		return cmp.Compare(b.Findings+b.Rescorings, a.Findings+a.Rescorings)
	})
	return list[:min(len(list), Told)]
}

// Sentence says to people what is wrong, and what to do.
func Sentence(s store.SeverityCount) string {
	return fmt.Sprintf("severity %.100q is no category of %s, but %s and %s have it: nobody can say how they stand; add the category to the findings configuration, or have them scanned and decided anew",
		s.Severity, s.Type, count(s.Findings, "finding"), count(s.Rescorings, "rescoring"))
}

func count(n int, of string) string {
	if n == 1 {
		return "1 " + of
	}
	return fmt.Sprintf("%d %ss", n, of)
}
