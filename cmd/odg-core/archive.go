package main

import (
	"errors"
	"strings"

	"github.com/opendeliverygear/odg/component/ctf"
)

// archives are those that are open, by path. They stay open for as long as the server
// runs, as requests may still read what a configuration had before.
type archives map[string]*ctf.Archive

func (a archives) open(path string) (*ctf.Archive, error) {
	if opened := a[path]; opened != nil {
		return opened, nil
	}
	archive, err := ctf.Open(path, ctf.Config{})
	if err != nil {
		return nil, err
	}
	a[path] = archive
	return archive, nil
}

// Close closes the archives.
func (a archives) Close() error {
	var errs []error
	for _, archive := range a {
		errs = append(errs, archive.Close())
	}
	return errors.Join(errs...)
}

// archivePath returns the path of an archive that stands where a registry may: one
// that begins with /, ./, ../ or file://.
func archivePath(place string) (path string, is bool) {
	if path, is := strings.CutPrefix(place, "file://"); is {
		return path, true
	}
	for _, start := range []string{"/", "./", "../"} {
		if strings.HasPrefix(place, start) {
			return place, true
		}
	}
	return "", false
}
