package delivery_test

import (
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/internal/delivery"
)

func TestArchivePath(t *testing.T) {
	t.Parallel()
	for place, want := range map[string]string{
		"./delivery": "./delivery", "../delivery": "../delivery", "/srv/delivery": "/srv/delivery", ".": ".", "..": "..",
		"file:///srv/delivery": "/srv/delivery", "ctf::delivery": "delivery", "delivery.ctf": "delivery.ctf",
		"sub/delivery.tgz": "sub/delivery.tgz", "delivery.tar": "delivery.tar", "delivery.tar.gz": "delivery.tar.gz",
		"":                                 "",
		"registry.example.org":             "",
		"registry.example.org/ocm":         "",
		"http://registry.example/ocm.tgz":  "",
		"https://registry.example/ocm.tgz": "",
		"oci://registry.example/ocm":       "",
		"localhost:5000/ocm":               "",
		"mine":                             "",
	} {
		t.Run(place, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			path, archive := delivery.ArchivePath(place)
			is.Equal(path, want)
			is.Equal(archive, want != "")
		})
	}
}
