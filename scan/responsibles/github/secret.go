package github

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/internal/strictyaml"
	"github.com/opendeliverygear/odg/responsible"
)

// Credential is for one GitHub server.
type Credential struct {
	// APIURL is where its API is, such as https://api.github.com.
	APIURL string
	// Token may read the members of teams.
	Token string
	// RepoURLs are patterns of what the token is for, such as github.com/acme/.*: those
	// for which more of them match are preferred.
	RepoURLs []findingcfg.Pattern
	// Insecure takes any certificate for that of the server.
	Insecure bool
}

// hostname is that of the web pages of the server.
func (c Credential) hostname() string { return responsible.Instance{APIURL: c.APIURL}.Hostname() }

// fits counts the patterns that match what the token is wanted for.
func (c Credential) fits(place string) (n int) {
	for _, pattern := range c.RepoURLs {
		if pattern.Match(place) || pattern.Match(place+"/") {
			n++
		}
	}
	return n
}

// Open returns teams by the secrets in the folder github of a folder of secrets, as ODG
// lays them out.
func Open(secrets string) (*Teams, error) {
	credentials, err := ReadSecrets(os.DirFS(filepath.Join(secrets, "github")))
	if err != nil {
		return nil, err
	}
	return New(credentials, Config{})
}

// ReadSecrets reads the secrets of the type github, one YAML file each. Folders, hidden
// files and templates are none; a folder that is missing has none. Errors never show what
// a secret holds.
func ReadSecrets(folder fs.FS) ([]Credential, error) {
	entries, err := fs.ReadDir(folder, ".")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read secrets github: %w", err)
	}
	var list []Credential
	for _, entry := range entries {
		name := entry.Name()
		info, err := fs.Stat(folder, name) // the files of a mount are links
		if err != nil {
			return nil, fmt.Errorf("read secrets github: %w", err)
		}
		if !info.Mode().IsRegular() || strings.HasPrefix(name, "..") || strings.HasSuffix(name, ".template.yaml") {
			continue
		}
		c, err := readSecret(folder, name)
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, nil
}

func readSecret(folder fs.FS, name string) (c Credential, err error) {
	wrong := fmt.Errorf("secret github/%s: want a mapping with api_url, auth_token and repo_urls", name)
	data, err := strictyaml.ReadFile(folder, name)
	if err != nil {
		return c, fmt.Errorf("read secret github/%s: %w", name, err)
	}
	root, err := strictyaml.Parse(name, data)
	if err != nil || root.Kind != strictyaml.Mapping {
		return c, wrong
	}
	for field, to := range map[string]*string{"api_url": &c.APIURL, "auth_token": &c.Token} {
		if n := root.Get(field); n != nil && n.Kind != strictyaml.Null {
			*to = n.Text
		}
	}
	if verify := root.Get("tls_verify"); verify != nil {
		c.Insecure = verify.Text == "false"
	}
	if urls := root.Get("repo_urls"); urls != nil {
		for i, item := range urls.Items {
			pattern, err := findingcfg.ParsePattern(item.Text)
			if err != nil {
				return c, fmt.Errorf("secret github/%s: repo_urls[%d]: %w", name, i, err)
			}
			c.RepoURLs = append(c.RepoURLs, pattern)
		}
	}
	if c.Token == "" || c.hostname() == "" {
		return Credential{}, wrong
	}
	return c, nil
}
