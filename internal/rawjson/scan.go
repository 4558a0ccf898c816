package rawjson

// The functions of this file find their way through JSON that is known to be
// valid, without allocating. They panic on anything else.

// SkipSpace returns the index of the first byte that is no white space, from i on.
func SkipSpace(data []byte, i int) int {
	for i < len(data) && (data[i] == ' ' || data[i] == '\t' || data[i] == '\r' || data[i] == '\n') {
		i++
	}
	return i
}

// SkipNext returns the start of the next key or value, or the closing bracket,
// behind a value that ends at i.
func SkipNext(data []byte, i int) int {
	if i = SkipSpace(data, i); data[i] == ',' {
		return SkipSpace(data, i+1)
	}
	return i
}

// SkipColon returns the start of the value whose key ends at i.
func SkipColon(data []byte, i int) int { return SkipSpace(data, SkipSpace(data, i)+1) }

// SkipValue returns the index behind the value that starts at i.
func SkipValue(data []byte, i int) int {
	switch data[i] {
	case '"':
		return SkipString(data, i)
	case '{', '[':
		return skipNested(data, i)
	}
	for ; i < len(data); i++ {
		switch data[i] {
		case ',', ']', '}', ' ', '\t', '\r', '\n':
			return i
		}
	}
	return i
}

// SkipString returns the index behind the string that starts at i.
func SkipString(data []byte, i int) int {
	for i++; data[i] != '"'; i++ {
		if data[i] == '\\' {
			i++
		}
	}
	return i + 1
}

func skipNested(data []byte, i int) int {
	depth := 0
	for {
		switch data[i] {
		case '"':
			i = SkipString(data, i)
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
		i++
	}
}
