package workload

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/opendeliverygear/odg/component/oci"
	"github.com/opendeliverygear/odg/enumerator"
	"github.com/opendeliverygear/odg/internal/delivery"
)

// Registries are the flags that say which registries may be asked besides those that
// the configuration names, and as whom.
type Registries struct {
	Secrets      string   `name:"secret-factory-path" env:"SECRET_FACTORY_PATH" placeholder:"DIR" help:"Folder of secrets, one folder for each type; those of oci-registry log in at registries, those of github ask who is in a team."`
	AllowHost    []string `env:"ODG_ALLOW_HOSTS" placeholder:"HOST" help:"Hosts that may be contacted besides the registries of the configuration, because images are there, or a registry sends us there: registry.example.org, registry.example.org:5000 or *.storage.example.org; with http:// before it, without TLS."`
	TokenHost    []string `env:"ODG_TOKEN_HOSTS" placeholder:"HOST" help:"Token services on other hosts than their registry that may be contacted and told its password, such as gitlab.example.org for registry.example.org. Those of --allow-host are asked without."`
	DockerConfig string   `env:"ODG_DOCKER_CONFIG" placeholder:"FILE" help:"Docker configuration (config.json) with credentials of registries, after those of the secrets oci-registry."`
}

// Access reads the secrets. Errors never show what they hold.
func (r Registries) Access() (delivery.Access, error) {
	a := delivery.Access{Hosts: r.AllowHost, TokenHosts: r.TokenHost, DockerConfig: r.DockerConfig}
	if r.Secrets == "" {
		return a, nil
	}
	dir := filepath.Join(r.Secrets, "oci-registry")
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return a, fmt.Errorf("read secrets oci-registry: %w", err)
	}
	for _, entry := range entries {
		c, err := credential(filepath.Join(dir, entry.Name()))
		if err != nil {
			return a, err
		}
		a.Credentials = append(a.Credentials, c...)
	}
	return a, nil
}

// credential reads one secret. Folders, templates and the hidden files of a mount are
// none.
func credential(path string) ([]oci.Credential, error) {
	info, err := os.Stat(path) // the files of a mount are links
	if err != nil {
		return nil, err
	}
	name := filepath.Base(path)
	if !info.Mode().IsRegular() || strings.HasPrefix(name, "..") || strings.HasSuffix(name, ".template.yaml") {
		return nil, nil
	}
	c, err := delivery.ReadCredential(path)
	return []oci.Credential{c}, err
}

// Repositories are those that the watched components name, and the mapped ones.
// Archives stay open for the next configuration; nil opens them for this one alone.
// Nothing is sent.
func (c Configuration) Repositories(access delivery.Access, archives *delivery.Archives) (*delivery.Repositories, error) {
	var places []string
	for _, watched := range enumerator.Components(c.Extensions) {
		places = append(places, watched.Repository)
	}
	return delivery.Open(delivery.Config{Places: places, Mappings: c.Mappings, Archives: archives, Access: access})
}
