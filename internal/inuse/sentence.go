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
	who := count(s.Findings, "finding") + " and " + count(s.Rescorings, "rescoring")
	switch {
	case s.Findings == 0:
		who = count(s.Rescorings, "rescoring")
	case s.Rescorings == 0:
		who = count(s.Findings, "finding")
	}
	return fmt.Sprintf("severity %.100q is no category of %s, but that of %s, so that nobody can say how these findings stand; add it to the findings configuration, or have them scanned and decided anew",
		s.Severity, s.Type, who)
}

func count(n int, of string) string {
	if n == 1 {
		return "1 " + of
	}
	return fmt.Sprintf("%d %ss", n, of)
}
