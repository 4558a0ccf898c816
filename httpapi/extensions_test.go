package httpapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/extcfg"
	"github.com/opendeliverygear/odg/httpapi"
)

const backlogPath = "/service-extensions/backlog-items"

const identity = `{"component_name":"acme.org/shop","component_version":"1.0.0","artefact":{"artefact_name":"web","artefact_version":"1.0.0","artefact_type":"ociImage","artefact_extra_id":{"os":"linux"}},"artefact_kind":"resource","references":[]}`

func noon() time.Time { return time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC) }

func queueServer() (*httpapi.Server, backlog.Queue) {
	queue := backlog.NewMemory(backlog.MemoryConfig{Now: noon})
	return newAPI(httpapi.Config{Backlog: httpapi.QueueItems(queue), Now: noon}), queue
}

type resource struct {
	Metadata struct {
		Name, UID, CreationTimestamp string
		Labels, Annotations          map[string]string
	}
	Spec map[string]any
}

func listed(t *testing.T, api http.Handler, target string) (all []resource) {
	t.Helper()
	is := is.New(t)
	rec := ask(api, "GET", target, "")
	is.Equal(rec.Code, http.StatusOK)
	is.NoErr(json.Unmarshal(rec.Body.Bytes(), &all))
	return all
}

func TestBacklogItems(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	api, queue := queueServer()
	is.Equal(len(listed(t, api, backlogPath+"?service=osid")), 0)
	rec := ask(api, "POST", backlogPath+"?service=osid", `{"artefacts":[`+identity+`]}`)
	is.Equal(rec.Code, http.StatusCreated)
	items := listed(t, api, backlogPath+"?service=osid")
	id, err := artefact.Parse([]byte(identity))
	is.NoErr(err)
	name := backlog.Name("osid", id)
	want := resource{Spec: map[string]any{"timestamp": "2026-11-21T12:00:00Z", "priority": 8.0}}
	want.Metadata.Name, want.Metadata.UID, want.Metadata.CreationTimestamp = name, name, "2026-11-21T12:00:00Z"
	want.Metadata.Labels = map[string]string{"delivery-gear.gardener.cloud/service": "osid"}
	want.Metadata.Annotations = map[string]string{}
	var artefact any
	is.NoErr(json.Unmarshal([]byte(identity), &artefact))
	want.Spec["artefact"] = artefact
	is.Equal(cmp.Diff([]resource{want}, items), "")

	_, err = queue.Claim(t.Context(), backlog.ClaimRequest{Holder: "pod-1", Lease: time.Minute})
	is.NoErr(err)
	claimed := listed(t, api, backlogPath+"?service=osid")[0].Metadata
	is.Equal(claimed.Labels["delivery-gear.gardener.cloud/claimed"], "True")
	is.Equal(claimed.Annotations["delivery-gear.gardener.cloud/claimed-by"], "pod-1")
	is.Equal(claimed.Annotations["delivery-gear.gardener.cloud/claimed-at"], "2026-11-21T12:00:00Z")

	rec = ask(api, "PUT", backlogPath+"?name="+name, `{"spec":{"timestamp":"x","artefact":`+identity+`,"priority":1}}`)
	is.Equal(rec.Code, http.StatusNoContent)
	is.Equal(listed(t, api, backlogPath+"?service=osid")[0].Spec["priority"], 1.0)
	is.Equal(len(listed(t, api, backlogPath+"?service=bdba")), 0)

	rec = ask(api, "DELETE", backlogPath+"?name="+name+"&name=osid-0", "")
	is.Equal(rec.Code, http.StatusNoContent)
	is.Equal(len(listed(t, api, backlogPath+"?service=osid")), 0)
	rec = ask(api, "PUT", backlogPath+"?name="+name, `{"spec":{"priority":1}}`)
	is.Equal(rec.Code, http.StatusNoContent) // gone is fine
}

func TestPriorities(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	for text, want := range map[string]backlog.Priority{"": 8, "&priority=none": 0, "&priority=High": 4, "&priority=CRITICAL": 8} {
		api, queue := queueServer()
		is.Equal(ask(api, "POST", backlogPath+"?service=issueReplicator"+text, `{"artefacts":[`+identity+`]}`).Code, http.StatusCreated)
		items, err := queue.List(t.Context(), backlog.Filter{})
		is.NoErr(err)
		is.Equal(items[0].Priority, want)
	}
}

func TestBacklogFaults(t *testing.T) {
	t.Parallel()
	api, _ := queueServer()
	other := strings.Replace(identity, "shop", "other", 1)
	for _, c := range []struct{ method, query, body, want string }{
		{"GET", "", "", "The service parameter is required."},
		{"POST", "", "{}", "The service parameter is required."},
		{"POST", "?service=a%20b", "{}", "service: "},
		{"POST", "?service=osid&priority=urgent", "{}", `priority: "urgent" is none of NONE, LOW, MEDIUM, HIGH, CRITICAL`},
		{"POST", "?service=osid&priority=", "{}", `priority: "" is none`},
		{"POST", "?service=osid", "{}", "artefacts: is missing"},
		{"POST", "?service=osid", "[]", "body: "},
		{"POST", "?service=osid", `{"artefacts":[` + identity + `,{"artefact":1}]}`, "artefacts[1].artefact: "},
		{"POST", "?service=osid", `{"artefacts":` + strings.Repeat("[", 100_000), "body: "},
		{"PUT", "", "{}", "The name parameter is required."},
		{"PUT", "?name=osid-1", "{}", "spec: "},
		{"PUT", "?name=osid-1", `{"spec":{"priority":-1}}`, "spec.priority: want a number that is not negative"},
		{"PUT", "?name=osid-1", `{"spec":{"priority":"HIGH"}}`, "spec.priority: want a number"},
		{"PUT", "?name=osid-1", `{"spec":{"artefact":` + other + `}}`, "spec.artefact: another artefact would be another item"},
		{"DELETE", "", "", "The name parameter is required."},
	} {
		t.Run(c.method+c.query, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			rec := ask(api, c.method, backlogPath+c.query, c.body)
			is.Equal(rec.Code, http.StatusBadRequest)
			if !strings.HasPrefix(rec.Body.String(), c.want) {
				t.Errorf("got %q, want it to begin with %q", rec.Body, c.want)
			}
		})
	}
}

type runtimeArtefacts struct {
	httpapi.RuntimeArtefacts
	labels    map[string]string
	artefacts []artefact.ID
	dropped   []string
}

func (r *runtimeArtefacts) RuntimeResources(_ context.Context, labels map[string]string) iter.Seq2[httpapi.Resource, error] {
	return func(yield func(httpapi.Resource, error) bool) {
		r.labels = labels
		yield(httpapi.Resource{Name: "runtime-artefact-bcdfg", Created: noon(), Spec: []byte(`{"creation_date":"2026-11-21T12:00:00Z"}`)}, nil)
	}
}

func (r *runtimeArtefacts) PutRuntimeArtefacts(_ context.Context, labels map[string]string, artefacts []artefact.ID) error {
	r.labels, r.artefacts = labels, artefacts
	return nil
}

func (r *runtimeArtefacts) DropRuntimeArtefact(_ context.Context, name string) error {
	r.dropped = append(r.dropped, name)
	return nil
}

func TestRuntimeArtefacts(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	const path = "/service-extensions/runtime-artefacts"
	runtime := &runtimeArtefacts{}
	api := newAPI(httpapi.Config{Runtime: runtime})
	all := listed(t, api, path+"?label=acme.org/cluster:prod-1&label=a:")
	is.Equal(runtime.labels, map[string]string{"acme.org/cluster": "prod-1", "a": ""})
	is.Equal(all[0].Metadata.Name, "runtime-artefact-bcdfg")
	is.Equal(all[0].Spec["creation_date"], "2026-11-21T12:00:00Z")

	is.Equal(ask(api, "PUT", path+"?label=a:b", `{"artefacts":[`+identity+`]}`).Code, http.StatusCreated)
	is.Equal(runtime.labels, map[string]string{"a": "b"})
	is.Equal(*runtime.artefacts[0].ComponentName, "acme.org/shop")
	is.Equal(ask(api, "DELETE", path+"?name=x&name=y", "").Code, http.StatusNoContent)
	is.Equal(runtime.dropped, []string{"x", "y"})

	long := strings.Repeat("x", 64)
	for _, label := range []string{"a", "a:b:c", ":b", "a b:c", "a:-", "-a:b", "A_b.example/x:1", "/x:1", "a/b/c:1", long + ":1", "a:" + long, "ä:b", "a:%0A"} {
		for _, method := range []string{"GET", "PUT"} {
			rec := ask(api, method, path+"?label="+strings.ReplaceAll(label, " ", "%20"), `{"artefacts":[]}`)
			if rec.Code != http.StatusBadRequest || !strings.HasPrefix(rec.Body.String(), "label ") {
				t.Errorf("%s %s: %d %s", method, label, rec.Code, rec.Body)
			}
		}
	}
}

type workloads struct{ err error }

func (w workloads) Containers(context.Context) ([]httpapi.Container, error) {
	return []httpapi.Container{
		{App: "issuereplicator", Name: "issue-replicator", Ready: true}, {App: "osid", Name: "osid"}, {App: "delivery-service", Name: "delivery-service"},
	}, w.err
}

func (w workloads) Logs(context.Context) iter.Seq2[httpapi.LogCollection, error] {
	return func(yield func(httpapi.LogCollection, error) bool) {
		if w.err != nil {
			yield(httpapi.LogCollection{}, w.err)
			return
		}
		for _, level := range []string{"INFO", "ERROR"} {
			if !yield(httpapi.LogCollection{Service: "osid", Level: level, Resource: []byte(`{"kind":"LogCollection","spec":{"logLevel":"` + level + `"}}`)}, nil) {
				return
			}
		}
	}
}

func TestWorkloads(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	extensions := &extcfg.Config{OSID: &extcfg.OSID{}, IssueReplicator: &extcfg.IssueReplicator{}}
	extensions.OSID.Enabled, extensions.IssueReplicator.Enabled = true, true
	api := newAPI(httpapi.Config{Extensions: extensions, Workloads: workloads{}})
	is.Equal(ask(api, "GET", "/service-extensions", "").Body.String(), `["issueReplicator","osid"]`)

	containers := func(query string) (names []string) {
		var all []struct {
			Name  string
			State struct {
				Terminated map[string]any
				Waiting    map[string]any
			}
		}
		is.NoErr(json.Unmarshal(ask(api, "GET", "/service-extensions/container-statuses"+query, "").Body.Bytes(), &all))
		for _, c := range all {
			names = append(names, c.Name)
			_, is := c.State.Terminated["exit_code"] // the web UI reads it unasked
			_, too := c.State.Waiting["reason"]
			if !is || !too {
				t.Errorf("%s: parts of the state are missing", c.Name)
			}
		}
		return names
	}
	is.Equal(containers(""), []string{"issue-replicator", "osid"})
	is.Equal(containers("?service=osid"), []string{"osid"})
	is.Equal(containers("?service=issueReplicator&service=none"), []string{"issue-replicator"})

	logs := func(query string) string {
		return ask(api, "GET", "/service-extensions/log-collections"+query, "").Body.String()
	}
	is.Equal(logs("?log_level=error"), `[{"kind":"LogCollection","spec":{"logLevel":"ERROR"}}]`)
	is.Equal(logs("?log_level=INFO&service=bdba"), `[]`)
	is.Equal(logs("?log_level=loud"), `log_level: "loud" is none of ERROR, WARNING, INFO, DEBUG`)
	is.Equal(logs(""), "The log_level parameter is required.")

	down := newAPI(httpapi.Config{Extensions: extensions, Workloads: workloads{errors.New("the cluster is down")}})
	for _, path := range []string{"container-statuses", "log-collections?log_level=info"} {
		is.Equal(ask(down, "GET", "/service-extensions/"+path, "").Code, http.StatusInternalServerError)
	}
}

func TestWithoutCluster(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	api := newAPI(httpapi.Config{})
	for _, route := range []string{
		"GET /service-extensions", "GET " + backlogPath, "POST " + backlogPath, "PUT " + backlogPath, "DELETE " + backlogPath,
		"GET /service-extensions/runtime-artefacts", "PUT /service-extensions/runtime-artefacts", "DELETE /service-extensions/runtime-artefacts",
		"GET /service-extensions/container-statuses", "GET /service-extensions/log-collections",
	} {
		method, path, _ := strings.Cut(route, " ")
		rec := ask(api, method, path, "{}")
		is.Equal(rec.Code, http.StatusBadRequest)
		is.True(strings.Contains(rec.Body.String(), "feature-inactive"))
	}
}
