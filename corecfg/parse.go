package corecfg

import (
	"io/fs"

	"github.com/opendeliverygear/odg/internal/strictyaml"
)

// Error is one mistake in a configuration file. Its fields: File; Line and Column
// from 1, 0 if the whole file is meant; Path to the value; Problem; Remedy; and
// Err, the cause or nil, which [errors.Is] and [errors.As] find.
type Error = strictyaml.Error

// Warning is something that is read, but hardly meant, such as a key that nobody
// knows. Its fields are File, Line, Column, Path and Problem.
type Warning = strictyaml.Warning

// reader reads one file.
type reader struct{ d strictyaml.Decoder }

// parse reads data with read, whose result counts only if there is no fault.
func parse[T any](file string, data []byte, read func(r *reader, root *strictyaml.Node) T) (T, []Warning, error) {
	var none T
	root, err := strictyaml.Parse(file, data)
	if err != nil {
		return none, nil, err
	}
	r := &reader{}
	strictyaml.Use(&r.d, func(n *strictyaml.Node) text { return readText(&r.d, n) })
	strictyaml.Use(&r.d, func(n *strictyaml.Node) pathStep { return readPathStep(&r.d, n) })
	strictyaml.Use(&r.d, func(n *strictyaml.Node) Version { return readVersion(&r.d, n) })
	strictyaml.Use(&r.d, func(n *strictyaml.Node) VersionFilter { return readVersionFilter(&r.d, n) })
	cfg := read(r, root)
	warnings, err := r.d.Result()
	if err != nil {
		return none, warnings, err
	}
	return cfg, warnings, nil
}

func load[T any](fsys fs.FS, name string, parse func(string, []byte) (T, []Warning, error)) (T, []Warning, error) {
	data, err := strictyaml.ReadFile(fsys, name)
	if err != nil {
		var none T
		return none, nil, err
	}
	return parse(name, data)
}
