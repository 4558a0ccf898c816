package delivery

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/opendeliverygear/odg/component/oci"
	"github.com/opendeliverygear/odg/internal/strictyaml"
)

// ReadCredential reads a secret of the type oci-registry, a YAML file with username,
// password, image_reference_prefixes and privileges. Its errors never show what the file
// holds.
func ReadCredential(path string) (c oci.Credential, err error) {
	data, err := strictyaml.ReadFile(os.DirFS(filepath.Dir(path)), filepath.Base(path))
	if err != nil {
		return c, fmt.Errorf("read secret %s: %w", path, err)
	}
	root, err := strictyaml.Parse(path, data)
	if err == nil {
		for field, to := range map[string]*string{"username": &c.Username, "password": &c.Password, "privileges": &c.Privileges} {
			if n := root.Get(field); n != nil && n.Kind != strictyaml.Null {
				*to = n.Text
			}
		}
		if prefixes := root.Get("image_reference_prefixes"); prefixes != nil {
			for _, prefix := range prefixes.Items {
				c.Prefixes = append(c.Prefixes, prefix.Text)
			}
		}
	}
	switch c.Privileges {
	case "readonly", "readwrite", "admin":
		if c.Username != "" && c.Password != "" {
			return c, nil
		}
	}
	return oci.Credential{}, fmt.Errorf("secret %s: want a mapping with username, password, image_reference_prefixes, and privileges readonly, readwrite or admin", path)
}
