package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"io"
	"os"

	"github.com/rogpeppe/go-internal/testscript"
)

// zeros is an endless file.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// hostile writes an archive that means harm: hostile traversal|symlink|bomb DEST.
func hostile(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: hostile KIND DEST")
	}
	var plain bytes.Buffer
	compressed := gzip.NewWriter(&plain)
	w := tar.NewWriter(compressed)
	switch args[0] {
	case "traversal":
		ts.Check(w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: "../../evil", Mode: 0o644}))
	case "symlink":
		ts.Check(w.WriteHeader(&tar.Header{Typeflag: tar.TypeSymlink, Name: "blobs", Linkname: "/etc"}))
	case "bomb":
		const size = 160 << 20
		ts.Check(w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: "artifact-index.json", Mode: 0o644, Size: size}))
		_, err := io.Copy(w, io.LimitReader(zeros{}, size))
		ts.Check(err)
	}
	ts.Check(w.Close())
	ts.Check(compressed.Close())
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), plain.Bytes(), 0o600))
}
