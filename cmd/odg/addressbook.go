package main

import (
	"errors"
	"io/fs"

	"github.com/opendeliverygear/odg/corecfg"
	"github.com/opendeliverygear/odg/internal/strictyaml"
	"github.com/opendeliverygear/odg/responsible"
)

// readAddressBook reads who the people are that component descriptors name, if the
// folder has the files.
func (s *site) readAddressBook(t *terminal) error {
	people, err := readList(s.Config, addressBookFile, t, corecfg.ParseAddressBook)
	instances, fault := readList(s.Config, gitHubFile, t, corecfg.ParseGitHubMappings)
	if err := errors.Join(err, fault); err != nil {
		return usageError(err)
	}
	if len(people) > 0 {
		s.addressBook = responsible.NewAddressBook(people, instances)
	}
	return nil
}

// readList reads a file that need not be there.
func readList[T any](dir, name string, t *terminal, parse func(string, []byte) ([]T, []strictyaml.Warning, error)) ([]T, error) {
	list, err := read(dir, name, t, func(path string, data []byte) (*[]T, []strictyaml.Warning, error) {
		list, warnings, err := parse(path, data)
		return &list, warnings, err
	})
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return *list, nil
}
