//go:build unix

package kubetest

import (
	"os"
	"testing"

	"k8s.io/client-go/rest"
)

// InstallRoles applies the service accounts of deploy/plain, with their roles, to a
// namespace: what [ServiceAccount] then returns under their names may do what an
// installation lets them do, and nothing else.
func InstallRoles(t testing.TB, config *rest.Config, namespace string) {
	t.Helper()
	file, err := within("deploy/plain/open-delivery-gear.yaml")
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	objects, err := parse(content)
	if err != nil {
		t.Fatalf("read %s: %v", file, err)
	}
	for _, object := range objects {
		switch object.GetKind() {
		case "RoleBinding":
			subjects, _ := object.Object["subjects"].([]any)
			for _, subject := range subjects {
				subject.(map[string]any)["namespace"] = namespace
			}
		case "ServiceAccount", "Role":
		default:
			continue
		}
		object.SetNamespace(namespace)
		if err := apply(t.Context(), config, namespace, object); err != nil {
			t.Fatalf("apply %s %s of %s: %v", object.GetKind(), object.GetName(), file, err)
		}
	}
}
