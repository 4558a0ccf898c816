package delivery_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component/oci"
	"github.com/opendeliverygear/odg/internal/delivery"
)

// Only what is configured may be asked, on its own port, and in clear only if it is
// configured so.
func TestHosts(t *testing.T) {
	t.Parallel()
	r, err := delivery.NewRegistries([]string{"registry.example/ocm", "http://plain.example/ocm", "http://plain.example:5000", "oci://docker.io/acme", "./delivery.tgz"},
		delivery.Access{Hosts: []string{"*.storage.example", "other.example:5000", "http://images.example"}})
	if err != nil {
		t.Fatal(err)
	}
	for place, allowed := range map[string]bool{
		"registry.example/ocm":          true,
		"https://registry.example/else": true,
		"registry.example:5000/ocm":     false,
		"http://registry.example/ocm":   false,
		"http://plain.example/else":     true,
		"http://plain.example:5000/ocm": true,
		"plain.example/ocm":             false,
		"docker.io/else":                true,
		"a.storage.example/ocm":         true,
		"http://a.storage.example/ocm":  false,
		"storage.example":               false,
		"other.example:5000":            true,
		"other.example":                 false,
		"http://images.example/ocm":     true,
		"elsewhere.example/ocm":         false,
		"169.254.169.254/latest":        false,
	} {
		t.Run(place, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			_, err := r.Open(place)
			is.Equal(err == nil, allowed)
			is.Equal(errors.Is(err, oci.ErrHost), !allowed)
		})
	}
	is := is.New(t)
	_, err = r.Open("ftp://registry.example")
	is.True(err != nil)
}

func TestWrongPlaces(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	_, err := delivery.NewRegistries([]string{"ftp://a.example", "registry.example", "b example"}, delivery.Access{})
	is.True(err != nil)
	is.True(strings.Contains(err.Error(), "ftp://a.example") && strings.Contains(err.Error(), "b example")) // all of them
	_, err = delivery.NewRegistries(nil, delivery.Access{Hosts: []string{"no host"}})
	is.True(err != nil)
	_, err = delivery.NewRegistries(nil, delivery.Access{DockerConfig: filepath.Join(t.TempDir(), "none.json")})
	is.True(errors.Is(err, os.ErrNotExist))
}

func TestReadCredential(t *testing.T) {
	t.Parallel()
	const wrong = "privileges readonly, readwrite or admin"
	for name, test := range map[string]struct {
		text string
		want oci.Credential
		says string
	}{
		"whole":         {text: "{username: a, password: hunter2, privileges: readonly, image_reference_prefixes: [registry.example/a, registry.example/b]}", want: oci.Credential{Username: "a", Password: "hunter2", Privileges: "readonly", Prefixes: []string{"registry.example/a", "registry.example/b"}}},
		"digits":        {text: "{username: 1, password: 2, privileges: admin}", want: oci.Credential{Username: "1", Password: "2", Privileges: "admin"}},
		"no password":   {text: "{username: a, password: , privileges: admin}", says: wrong},
		"no privileges": {text: "{username: a, password: hunter2}", says: wrong},
		"no mapping":    {text: "hunter2", says: wrong},
		"no YAML":       {text: "{hunter2", says: wrong},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			path := filepath.Join(t.TempDir(), "secret")
			is.NoErr(os.WriteFile(path, []byte(test.text), 0o600))
			got, err := delivery.ReadCredential(path)
			is.Equal(got, test.want)
			if test.says != "" {
				is.True(strings.Contains(err.Error(), test.says))
				is.True(strings.Contains(err.Error(), path))
				is.True(!strings.Contains(err.Error(), "hunter2"))
			}
		})
	}
	_, err := delivery.ReadCredential(filepath.Join(t.TempDir(), "none"))
	is.New(t).True(errors.Is(err, os.ErrNotExist))
}
