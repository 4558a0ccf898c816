// Package strictyaml reads configuration so that every mistake is told with
// file, line, column, path and remedy, all mistakes of a file at once.
//
// A document becomes a tree of [Node], which remembers where everything was
// written, and a [Decoder] fills Go structs from it:
//
//	root, err := strictyaml.Parse("extensions-cfg.yaml", data)
//	if err != nil { ... } // no YAML, too large, too deep
//	var d strictyaml.Decoder
//	d.Decode(root, &cfg)
//	warnings, err := d.Result()
//
// Wrong types, keys that are set twice and required keys that are missing are
// errors; keys that nobody knows are warnings, because ODG's configuration is
// read leniently. Documents are bounded in size, depth and alias expansion.
//
// The package is written on goccy/go-yaml (YAML 1.2). Where existing files rely
// on YAML 1.1 (merge keys; yes, no, on, off as booleans), it reads them too.
package strictyaml
