package strictyaml

import (
	"errors"
	"io"
	"io/fs"
)

// ReadFile returns the content of the file name, of which it reads little more
// than [MaxBytes]. Errors are an [*Error] and wrap the cause, such as
// [fs.ErrNotExist].
func ReadFile(fsys fs.FS, name string) ([]byte, error) {
	file, err := fsys.Open(name)
	if err != nil {
		remedy := "check its permissions"
		if errors.Is(err, fs.ErrNotExist) {
			remedy = "create it, or name the folder that has it"
		}
		return nil, &Error{File: name, Problem: "cannot be opened: " + reason(err), Remedy: remedy, Err: err}
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, MaxBytes+1))
	if err != nil {
		return nil, &Error{File: name, Problem: "cannot be read: " + reason(err), Remedy: "name a file", Err: err}
	}
	return data, nil
}

// reason is err without the name of the file, which the message has already.
func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}
