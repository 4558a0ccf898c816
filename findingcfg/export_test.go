package findingcfg

// ParseDurationUnit is ParseDuration with another default unit, as the recorded
// vectors have it.
func ParseDurationUnit(text, unit string) (Duration, error) {
	d, _, err := parseDuration(text, unit)
	return d, err
}
