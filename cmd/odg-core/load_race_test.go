//go:build race

package main

// The race detector keeps several times the memory of the program, for good.
func init() { loadMemory = 512 << 20 }
