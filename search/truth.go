package search

// truth is one of SQL's three, ordered so that OR is the greatest and AND the
// least of its operands.
type truth int8

const (
	no      truth = -1
	unknown truth = 0
	yes     truth = 1
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}
