//go:build race

package firetest

// A program that looks for data races is several times slower.
func init() { raced = true }
