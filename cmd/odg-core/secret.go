package main

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/opendeliverygear/odg/internal/strictyaml"
)

// secrets is a tree of files, type/element or type/element.yaml, as the charts of
// ODG mount it.
type secrets string

// elements returns the files of a type, none if the type is not there. Templates
// and folders do not count.
func (s secrets) elements(kind string) ([]string, error) {
	dir := filepath.Join(string(s), kind)
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	var paths []string
	for _, entry := range entries {
		path := filepath.Join(dir, entry.Name())
		info, err := os.Stat(path) // the files of a mount are links
		if err != nil {
			return nil, err
		}
		hidden := strings.HasPrefix(entry.Name(), "..")
		if info.Mode().IsRegular() && !hidden && !strings.HasSuffix(entry.Name(), ".template.yaml") {
			paths = append(paths, path)
		}
	}
	return paths, nil
}

// login tells if the secrets configure a login: there is a way to log in and a key
// to sign with.
func (s secrets) login() (bool, error) {
	for _, kind := range []string{"oauth-cfg", "signing-cfg"} {
		paths, err := s.elements(kind)
		if err != nil || len(paths) == 0 {
			return false, err
		}
	}
	return true, nil
}

// account is a secret of type delivery-db.
type account struct{ username, password string }

// account returns the account of the database.
func (s secrets) account() (account, error) {
	paths, err := s.elements("delivery-db")
	if err != nil {
		return account{}, fmt.Errorf("read secret delivery-db: %w", err)
	}
	if len(paths) != 1 {
		return account{}, fmt.Errorf("%s has %d secrets of the database, want exactly one; or name the database with --delivery-db-url",
			filepath.Join(string(s), "delivery-db"), len(paths))
	}
	return readAccount(paths[0])
}

// readAccount reads an account. Its errors never show what the file holds.
func readAccount(path string) (a account, err error) {
	data, err := strictyaml.ReadFile(os.DirFS(filepath.Dir(path)), filepath.Base(path))
	if err != nil {
		return a, fmt.Errorf("read secret %s: %w", path, err)
	}
	wrong := fmt.Errorf("secret %s: want a mapping with password and, unless it is postgres, username", path)
	root, err := strictyaml.Parse(path, data)
	if err != nil {
		return a, wrong
	}
	a.username = "postgres"
	for field, to := range map[string]*string{"username": &a.username, "password": &a.password} {
		n := root.Get(field)
		if n == nil || n.Kind == strictyaml.Null {
			continue
		}
		*to = n.Text // digits are text as well; lists and mappings have none
	}
	if a.password == "" || a.username == "" {
		return account{}, wrong
	}
	return a, nil
}

// url returns where the charts of ODG put the database of a namespace.
func (a account) url(namespace string) string {
	u := url.URL{
		Scheme: "postgresql", User: url.UserPassword(a.username, a.password),
		Host: net.JoinHostPort("delivery-db."+namespace+".svc.cluster.local", "5432"),
	}
	return u.String()
}
