package reload

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/opendeliverygear/odg/internal/strictyaml"
)

// Files are what files held at one moment, by path.
type Files map[string]File

// File is the content of a file, or why it could not be read.
type File struct {
	Data []byte
	Err  error // names the file and wraps the cause, such as [fs.ErrNotExist]
}

// Read reads files. It reads no more of each than a configuration may hold.
func Read(paths ...string) Files {
	files := make(Files, len(paths))
	for _, path := range paths {
		files[path] = read(path)
	}
	return files
}

func read(path string) File {
	// Opening a pipe might not end.
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return File{Err: &strictyaml.Error{File: path, Problem: "is no file", Remedy: "name a file"}}
	}
	dir, name := filepath.Split(path)
	if dir == "" {
		dir = "."
	}
	data, err := strictyaml.ReadFile(os.DirFS(dir), name)
	var fault *strictyaml.Error
	if errors.As(err, &fault) {
		fault.File = path
	}
	return File{data, err}
}

// Equal tells if nothing has changed between f and g.
func (f Files) Equal(g Files) bool {
	if len(f) != len(g) {
		return false
	}
	for path, file := range f {
		other, ok := g[path]
		if !ok || !bytes.Equal(file.Data, other.Data) || text(file.Err) != text(other.Err) {
			return false
		}
	}
	return true
}

// Missing tells if the file of that path is not there.
func (f Files) Missing(path string) bool { return errors.Is(f[path].Err, fs.ErrNotExist) }

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
