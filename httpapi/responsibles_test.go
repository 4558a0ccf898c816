package httpapi_test

import (
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/responsible"
)

func TestResponsibles(t *testing.T) {
	t.Parallel()
	const label = `,"labels":[{"name":"cloud.gardener.cnudie/responsibles","value":[{"type":"emailAddress","email":"ann@acme.org"}]}]`
	d := newDelivery()
	d.add(t, descriptor("acme.org/shop", "1.0.0", ``, image("web", "1", label)+`,`+image("plain", "1", "")+`,`+
		image("broken", "1", strings.Replace(label, `[{"type":"emailAddress","email":"ann@acme.org"}]`, `1`, 1))))
	book := responsible.NewAddressBook([]responsible.Person{{Name: "Ann Lee", Email: "ann@acme.org"}}, nil)
	d.kinds(t, func(t *testing.T, repository component.VersionFinder) {
		api := newAPI(httpapi.Config{Components: repository, AddressBook: book})
		for name, tc := range map[string]struct {
			query  string
			status int
			want   string
		}{
			"artefact": {"component_name=acme.org/shop&artifact_name=web", 200, `{"responsibles":[[` +
				`{"source":"ComponentDescriptor","type":"emailAddress","email":"ann@acme.org"},` +
				`{"source":"Addressbook","type":"personalName","first_name":"Ann","last_name":"Lee"}]],"statuses":[]}`},
			"nobody":            {"component_name=acme.org/shop&version=1.0.0&artifact_name=plain&ignore_cache=true", 200, `{"responsibles":[],"statuses":[{"type":"info","msg":"`},
			"component":         {"component_name=acme.org/shop", 200, `github.com/a/b are known to its code host only`},
			"malformed":         {"component_name=acme.org/shop&artifact_name=broken", 200, `{"type":"error","msg":"label cloud.gardener.cnudie/responsibles of artefact broken of component version acme.org/shop:1.0.0: want a list`},
			"no such artefact":  {"component_name=acme.org/shop&artifact_name=none", 404, `none`},
			"huge artefact":     {"component_name=acme.org/shop&artifact_name=" + strings.Repeat("a", 100_000), 404, `…`},
			"no such component": {"component_name=acme.org/none&artifact_name=web", 404, `acme.org/none`},
			"no name":           {"artifact_name=web", 400, `component_name`},
			"odd switch":        {"component_name=acme.org/shop&ignore_cache=maybe", 400, `ignore_cache`},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				is := is.New(t)
				rec := ask(api, "GET", "/ocm/component/responsibles?"+tc.query, "")
				is.Equal(rec.Code, tc.status)
				is.True(strings.Contains(rec.Body.String(), tc.want))
				is.True(rec.Body.Len() < 2000)
			})
		}
	})
}
