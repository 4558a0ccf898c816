//go:build unix

package deploy_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"
	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/opendeliverygear/odg/internal/kubetest"
)

// allowed is all that the programs may do, by ServiceAccount: "verbs resource", with
// the name of the only object where there is one.
var allowed = map[string][]string{
	"delivery-service": {
		"get list watch create patch delete backlogitems",
		"list watch create delete runtimeartefacts",
		"list logcollections",
		"list watch pods",
	},
	"backlog-controller": {
		"list watch patch backlogitems",
		"list watch pods",
		"list watch deployments",
		"patch deployments/scale osid",
		"create leases",
		"get update leases backlog-controller",
		"create patch events",
	},
	"artefact-enumerator": {
		"list runtimeartefacts",
		"get create patch backlogitems",
		"create logcollections",
		"get patch logcollections logs-artefactenumerator-info",
	},
	"osid": {
		"get list watch patch delete backlogitems",
		"create logcollections",
		"get patch logcollections logs-osid-info",
	},
}

// asked are the resources that the server is asked about, for each verb. Names tell
// apart what may be done to one object from what may be done to all.
var asked = []string{
	"backlogitems", "runtimeartefacts", "logcollections", "logcollections logs-osid-info", "logcollections logs-artefactenumerator-info",
	"pods", "pods/log", "pods/exec", "pods/eviction", "secrets", "configmaps", "services", "serviceaccounts",
	"serviceaccounts/token osid", "serviceaccounts/token delivery-service", "persistentvolumeclaims", "nodes", "namespaces", "events",
	"deployments", "deployments osid", "deployments/scale", "deployments/scale osid", "deployments/scale delivery-service",
	"deployments/scale backlog-controller", "replicasets", "statefulsets", "daemonsets",
	"jobs", "cronjobs", "leases", "leases backlog-controller", "leases other", "events.k8s.io/events",
	"roles", "rolebindings", "clusterroles", "networkpolicies", "horizontalpodautoscalers", "poddisruptionbudgets",
	"customresourcedefinitions", "mutatingwebhookconfigurations",
}

var verbs = []string{"get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "impersonate", "escalate", "bind"}

// groups are the API groups of resources that are not of the core group.
var groups = map[string]string{
	"backlogitems": "delivery-gear.gardener.cloud", "runtimeartefacts": "delivery-gear.gardener.cloud", "logcollections": "delivery-gear.gardener.cloud",
	"deployments": "apps", "replicasets": "apps", "statefulsets": "apps", "daemonsets": "apps", "jobs": "batch", "cronjobs": "batch",
	"leases": "coordination.k8s.io", "events.k8s.io": "events.k8s.io", "roles": "rbac.authorization.k8s.io", "rolebindings": "rbac.authorization.k8s.io",
	"clusterroles": "rbac.authorization.k8s.io", "networkpolicies": "networking.k8s.io", "horizontalpodautoscalers": "autoscaling",
	"poddisruptionbudgets": "policy", "customresourcedefinitions": "apiextensions.k8s.io", "mutatingwebhookconfigurations": "admissionregistration.k8s.io",
}

func TestEachMayDoThisAndNothingElse(t *testing.T) {
	t.Parallel()
	config := kubetest.Config(t)
	namespace, _ := restricted(t, config)
	apply(t, config, namespace, plain)
	elsewhere := kubetest.Namespace(t, config)
	for account, permissions := range allowed {
		t.Run(account, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			client := kubetest.Clientset(t, kubetest.ServiceAccount(t, config, namespace, account))
			if diff := cmp.Diff(expand(permissions), answers(t, client, namespace)); diff != "" {
				t.Errorf("wanted (-), allowed (+):\n%s", diff)
			}
			is.Equal(answers(t, client, elsewhere), nil) // nothing in another namespace
			is.Equal(answers(t, client, ""), nil)        // nor in all of them
		})
	}
}

// expand writes each permission as "verb resource [name]", in order. Who may do
// something to all objects may do it to each.
func expand(permissions []string) []string {
	granted := map[string]bool{}
	for _, permission := range permissions {
		words := strings.Fields(permission)
		first := slices.IndexFunc(words, func(word string) bool { return !slices.Contains(verbs, word) })
		resource := strings.Join(words[first:], " ")
		for _, verb := range words[:first] {
			granted[verb+" "+resource] = true
		}
	}
	var all []string
	for _, resource := range asked {
		kind, _, _ := strings.Cut(resource, " ")
		for _, verb := range verbs {
			if granted[verb+" "+resource] || granted[verb+" "+kind] {
				all = append(all, verb+" "+resource)
			}
		}
	}
	return all
}

// answers asks the server, as the user of a client, for each verb and resource.
func answers(t *testing.T, client kubernetes.Interface, namespace string) []string {
	t.Helper()
	var all []string
	for _, resource := range asked {
		for _, verb := range verbs {
			may, err := ask(t.Context(), client, namespace, verb, resource)
			if err != nil {
				t.Fatalf("%s %s: %v", verb, resource, err)
			}
			if may {
				all = append(all, verb+" "+resource)
			}
		}
	}
	return all
}

func ask(ctx context.Context, client kubernetes.Interface, namespace, verb, resource string) (bool, error) {
	kind, name, _ := strings.Cut(resource, " ")
	kind, sub, _ := strings.Cut(kind, "/")
	group := groups[kind]
	if group == "events.k8s.io" {
		kind, sub = sub, ""
	}
	review := &authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{
		ResourceAttributes: &authorizationv1.ResourceAttributes{
			Namespace: namespace, Verb: verb, Group: group, Resource: kind, Subresource: sub, Name: name,
		},
	}}
	answer, err := client.AuthorizationV1().SelfSubjectAccessReviews().Create(ctx, review, metav1.CreateOptions{})
	if err != nil {
		return false, err
	}
	if answer.Status.EvaluationError != "" {
		return false, fmt.Errorf("the server could not tell: %s", answer.Status.EvaluationError)
	}
	return answer.Status.Allowed, nil
}
