package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/matryer/is"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/internal/kubetest"
	"github.com/opendeliverygear/odg/kube"
)

const identity = `{"component_name":"acme.org/shop","component_version":"1.0.0","artefact":{"artefact_name":"web","artefact_type":"ociImage","artefact_version":"1.0.0","artefact_extra_id":{}},"artefact_kind":"resource","references":[]}`

// eventually waits until an answer holds a text: what is watched comes a moment later.
func (s *started) eventually(path, text string) {
	s.t.Helper()
	kubetest.Eventually(s.t, path+" with "+text, func(ctx context.Context) error {
		status, answer := s.get(s.api, path)
		if status == http.StatusOK && strings.Contains(answer, text) {
			return nil
		}
		return fmt.Errorf("%d %s", status, answer)
	})
}

// empties waits until an answer is a list of nothing.
func (s *started) empties(path string) {
	s.t.Helper()
	kubetest.Eventually(s.t, path+" is empty", func(context.Context) error {
		status, answer := s.get(s.api, path)
		if status == http.StatusOK && strings.TrimSpace(answer) == "[]" {
			return nil
		}
		return fmt.Errorf("%d %s", status, answer)
	})
}

// send sends a request and returns the status of the answer.
func (s *started) send(method, path, body string) int {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, "http://"+s.api+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

func TestCluster(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	config := kubetest.Config(t)
	kubetest.InstallCRDs(t, config)
	namespace := kubetest.Namespace(t, config)
	client, err := kube.NewClient(config, kube.Config{Namespace: namespace})
	is.NoErr(err)
	s := start(t, "--samples", "--k8s-namespace="+namespace, "--kubeconfig="+kubetest.Kubeconfig(t, config, namespace))
	const items, running = "/service-extensions/backlog-items", "/service-extensions/runtime-artefacts"
	s.empties(items + "?service=osid")

	is.Equal(s.send("POST", items+"?service=osid&priority=low", `{"artefacts":[`+identity+`]}`), http.StatusCreated)
	s.eventually(items+"?service=osid", `"priority":1`)
	id, err := artefact.Parse([]byte(identity))
	is.NoErr(err)
	name := backlog.Name("osid", id)
	item, err := client.BacklogItems().Get(t.Context(), name, metav1.GetOptions{})
	is.NoErr(err)
	var told []struct {
		Metadata struct {
			Name, UID string
			Labels    map[string]string
		}
		Spec struct{ Artefact json.RawMessage }
	}
	_, answer := s.get(s.api, items+"?service=osid")
	is.NoErr(json.Unmarshal([]byte(answer), &told))
	is.Equal(told[0].Metadata.UID, string(item.UID))
	is.Equal(told[0].Metadata.Labels, map[string]string{kube.LabelService: "osid"})
	is.Equal(string(told[0].Spec.Artefact), identity)
	is.Equal(s.send("PUT", items+"?name="+name, `{"spec":{"priority":4}}`), http.StatusNoContent)
	s.eventually(items+"?service=osid", `"priority":4`)
	is.Equal(s.send("PUT", items+"?name=osid-0", `{"spec":{"priority":4}}`), http.StatusNoContent)
	is.Equal(s.send("DELETE", items+"?name="+name+"&name=osid-0", ""), http.StatusNoContent)
	s.empties(items + "?service=osid")

	for range 2 { // the second one changes nothing
		is.Equal(s.send("PUT", running+"?label=a.org/b:c", `{"artefacts":[`+identity+`,`+identity+`]}`), http.StatusCreated)
	}
	is.Equal(s.send("PUT", running, `{"artefacts":[`+identity+`]}`), http.StatusCreated)
	s.eventually(running+"?label=a.org/b:c", "runtime-artefact-")
	_, answer = s.get(s.api, running+"?label=a.org/b:c")
	is.Equal(strings.Count(answer, `"creation_date"`), 1)
	var listed []struct{ Metadata struct{ Name string } }
	is.NoErr(json.Unmarshal([]byte(answer), &listed))
	is.Equal(s.send("DELETE", running+"?name="+listed[0].Metadata.Name+"&name=none", ""), http.StatusNoContent)
	s.empties(running + "?label=a.org/b:c")
	s.eventually(running, "acme.org/shop") // the one without labels

	s.eventually("/features", `"name":"cluster-access","namespace":"`+namespace+`"`)
}

// What a request is wrong about is told as such, and not as a cluster that fails.
func TestClusterRefuses(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	config := kubetest.Config(t)
	kubetest.InstallCRDs(t, config)
	namespace := kubetest.Namespace(t, config)
	s := start(t, "--samples", "--k8s-namespace="+namespace, "--kubeconfig="+kubetest.Kubeconfig(t, config, namespace))
	const items, running = "/service-extensions/backlog-items", "/service-extensions/runtime-artefacts"
	long := `{"artefacts":[` + strings.Replace(identity, "acme.org/shop", strings.Repeat("x", 5000), 1) + `]}`
	large := `{"artefacts":[` + strings.Replace(identity, `_extra_id":{`, `_extra_id":{"k":"`+strings.Repeat("x", 2_000_000)+`"`, 1) + `]}`
	for _, body := range []string{long, large} {
		is.Equal(s.send("POST", items+"?service=osid", body), http.StatusBadRequest)
		is.Equal(s.send("PUT", running, body), http.StatusBadRequest)
	}
	for _, name := range []string{"", "a/b", "..", "%00", "Upper_case", strings.Repeat("a", 300)} { // there is nothing of that name
		is.Equal(s.send("DELETE", items+"?name="+name, ""), http.StatusNoContent)
		is.Equal(s.send("DELETE", running+"?name="+name, ""), http.StatusNoContent)
		if name != "" {
			is.Equal(s.send("PUT", items+"?name="+name, `{"spec":{"priority":4}}`), http.StatusNoContent)
		}
	}
	is.True(len(s.log()) < 100_000) // large requests make no large log
}

// A cluster that lacks something, denies something or is away makes the routes say so
// and ends nothing; its trouble is told once.
func TestClusterThatIsAway(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	server := kubetest.Start(t)
	const items = "/service-extensions/backlog-items"
	stranger := kubetest.ServiceAccount(t, server.Config(), "default", "stranger")
	denied := start(t, "--samples", "--k8s-namespace=default", "--kubeconfig="+kubetest.Kubeconfig(t, stranger, "default"))
	admin := kubetest.ServiceAccount(t, server.Config(), "default", "admin")
	_, err := kubetest.Clientset(t, server.Config()).RbacV1().ClusterRoleBindings().Create(t.Context(), &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: "all"}, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "cluster-admin"},
		Subjects: []rbacv1.Subject{{Kind: "ServiceAccount", Name: "admin", Namespace: "default"}},
	}, metav1.CreateOptions{})
	is.NoErr(err)
	s := start(t, "--samples", "--k8s-namespace=default", "--kubeconfig="+kubetest.Kubeconfig(t, admin, "default"))

	denied.logs("lacks the permission")
	s.logs("are the CustomResourceDefinitions of group " + kube.Group + " installed?")
	for _, one := range []*started{denied, s} {
		status, answer := one.get(one.api, items+"?service=osid")
		is.Equal(status, http.StatusServiceUnavailable)
		is.Equal(answer, "backlog cannot be reached") // why is for operators
		is.Equal(one.send("POST", items+"?service=osid", `{"artefacts":[`+identity+`]}`), http.StatusServiceUnavailable)
		status, _ = one.get(one.api, "/ready")
		is.Equal(status, http.StatusOK)
	}
	kubetest.InstallCRDs(t, server.Config())
	s.empties(items + "?service=osid")
	is.Equal(s.send("POST", items+"?service=osid", `{"artefacts":[`+identity+`]}`), http.StatusCreated)
	s.eventually(items+"?service=osid", `"priority":8`)

	server.Kill(t)
	s.logs("connection refused")
	is.Equal(s.send("DELETE", items+"?name=osid-0", ""), http.StatusServiceUnavailable)
	s.eventually(items+"?service=osid", `"priority":8`) // as it was last seen
	server.Up(t)
	s.logs("resource can be read again")
	is.Equal(s.send("POST", items+"?service=bdba", `{"artefacts":[`+identity+`]}`), http.StatusCreated)
	s.eventually(items+"?service=bdba", `"priority":8`)
	is.True(strings.Count(s.log(), "resource cannot be read") <= 12) // three kinds, of which each was missing and away
}

// logs waits until the log holds a text.
func (s *started) logs(text string) {
	s.t.Helper()
	kubetest.Eventually(s.t, "the log says "+text, func(context.Context) error {
		if log := s.log(); !strings.Contains(log, text) {
			return errors.New(log)
		}
		return nil
	})
}

func TestContainersAndLogs(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	config := kubetest.Config(t)
	kubetest.InstallCRDs(t, config)
	namespace := kubetest.Namespace(t, config)
	s := start(t, "--samples", "--k8s-namespace="+namespace, "--kubeconfig="+kubetest.Kubeconfig(t, config, namespace))
	pods := kubetest.Clientset(t, config).CoreV1().Pods(namespace)
	_, err := pods.Create(t.Context(), &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "issuereplicator-1", Labels: map[string]string{"app": "issuereplicator"}},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "issue-replicator", Image: "example.org/odg:1"}}},
	}, metav1.CreateOptions{})
	is.NoErr(err)
	s.eventually("/service-extensions/container-statuses?service=issueReplicator", `"name":"issue-replicator"`)
	s.empties("/service-extensions/container-statuses?service=osid")

	client, err := kube.NewClient(config, kube.Config{Namespace: namespace})
	is.NoErr(err)
	_, err = client.LogCollections().Create(t.Context(), &kube.LogCollection{
		TypeMeta:   metav1.TypeMeta{APIVersion: kube.GroupVersion.String(), Kind: kube.KindLogCollection},
		ObjectMeta: metav1.ObjectMeta{Name: "logs-osid-error"},
		Spec:       kube.LogCollectionSpec{Service: "osid", LogLevel: "ERROR", Logs: []kube.LogLine{{Message: "no such image"}}},
	}, metav1.CreateOptions{})
	is.NoErr(err)
	s.eventually("/service-extensions/log-collections?log_level=error&service=osid", "no such image")
	s.empties("/service-extensions/log-collections?log_level=info&service=osid")
	_, answer := s.get(s.api, "/service-extensions/log-collections?log_level=error&service=osid")
	is.True(strings.Contains(answer, `"kind":"LogCollection"`))
}

func TestContainerStates(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	at := metav1.Unix(1_800_000_000, 0)
	s := containerState(corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: 137, Signal: 9, Reason: "OOMKilled", FinishedAt: at}})
	is.Equal(*s.Terminated.ExitCode, int32(137))
	is.Equal(*s.Terminated.Signal, int32(9))
	is.Equal(*s.Terminated.Reason, "OOMKilled")
	is.Equal(s.Terminated.StartedAt, nil)
	is.True(s.Terminated.FinishedAt.Equal(at.Time))
	is.Equal(*containerState(corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "ImagePullBackOff"}}).Waiting.Reason, "ImagePullBackOff")
	is.True(containerState(corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: at}}).Running.StartedAt.Equal(at.Time))
}
