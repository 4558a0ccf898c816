package extcfg

// MarshalText writes the pattern as written.
func (p Pattern) MarshalText() ([]byte, error) { return []byte(p.String()), nil }
