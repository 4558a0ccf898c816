package strictyaml

// nearest returns the known key that is at most two edits away from key, if it
// is likely a slip of the finger, else "".
func nearest(key string, known []string) string {
	best, at := "", min(3, 1+len(key)/3)
	for _, k := range known {
		if n := edits(key, k, at); n < at {
			best, at = k, n
		}
	}
	return best
}

// edits is the Levenshtein distance of a and b, or limit if it is not less.
func edits(a, b string, limit int) int {
	if d := len(a) - len(b); d >= limit || -d >= limit {
		return limit
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return min(row[len(b)], limit)
}
