package component_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
)

func TestLocation(t *testing.T) {
	t.Parallel()
	digest := "sha256:2b541a9fa997ae8ae0b149ac134cf399ea5f1e6ef41a906b8748e7db9ebd48e9"
	for raw, want := range map[string]string{
		`{"type":"ociArtifact","imageReference":"http://r.example/web:1"}`:                           "r.example/web:1",
		`{"type":"relativeOciReference","reference":"web:1"}`:                                        "web:1",
		`{"type":"localBlob","localReference":"` + digest + `"}`:                                     digest,
		`{"type":"localBlob","localReference":"` + digest + `","referenceName":"shop/web:1"}`:        "shop/web:1",
		`{"type":"ociBlob","ref":"r.example/web","digest":"` + digest + `"}`:                         "r.example/web@" + digest,
		`{"type":"gitHub","repoUrl":"github.com/acme/shop","commit":"4af","ref":"main"}`:             "github.com/acme/shop@4af",
		`{"type":"gitHub","repoUrl":"github.com/acme/shop"}`:                                         "github.com/acme/shop",
		`{"type":"s3","bucket":"b","key":"k/l"}`:                                                     "s3://b/k/l",
		`{"type":"wget","URL":"https://acme.example/x.tgz"}`:                                         "https://acme.example/x.tgz",
		`{"type":"git","repository":"https://acme.example/x.git","ref":"refs/heads/main"}`:           "https://acme.example/x.git@refs/heads/main",
		`{"type":"helm","helmRepository":"https://acme.example/charts/","helmChart":"redis:19.0.1"}`: "https://acme.example/charts/redis:19.0.1",
		`{"type":"npm","registry":"https://npm.example","package":"@acme/x","version":"1.0.0"}`:      "https://npm.example/@acme/x@1.0.0",
		`{"type":"maven","repoUrl":"https://maven.example","groupId":"org.acme","artifactId":"x"}`:   "https://maven.example/org.acme:x",
		`{"type":"s3"}`:                          "",
		`{"type":"none"}`:                        "",
		`{"type":"wget","url":7}`:                "",
		`{"type":"vendor.example/x","url":null}`: "",
	} {
		var access struct{ Type string }
		is := is.New(t)
		is.NoErr(json.Unmarshal([]byte(raw), &access))
		a := component.Access{Type: component.NormaliseAccessType(access.Type), Raw: json.RawMessage(raw)}
		is.Equal(a.Location(), want)
	}
}

func ExampleAccess_Location() {
	a := component.Access{Type: "ociRegistry", Raw: json.RawMessage(`{"type":"ociArtifact","imageReference":"registry.acme.example/web:1.4.2"}`)}
	fmt.Println(a.Location())
	// Output:
	// registry.acme.example/web:1.4.2
}
