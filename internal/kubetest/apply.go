//go:build unix

package kubetest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
)

// InstallCRDs applies the resource definitions of deploy/crds and returns when the
// server serves them. On the shared server they stay, and installing them again
// changes nothing. While a definition is younger than 2 s the server makes each
// creation of its kind wait, which matters to whoever measures.
func InstallCRDs(t testing.TB, config *rest.Config) {
	t.Helper()
	dir, err := within("deploy/crds")
	if err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*.yaml")) // the pattern is well-formed
	if len(files) == 0 {
		t.Fatalf("no resource definitions in %s", dir)
	}
	for _, file := range files {
		Apply(t, config, "", file)
	}
}

// Apply applies the documents of a YAML file, in their order, as `kubectl apply
// --server-side` does: namespace is for those that name none. It returns when the
// server serves the kinds of the resource definitions among them.
func Apply(t testing.TB, config *rest.Config, namespace, file string) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	objects, err := parse(content)
	if err != nil {
		t.Fatalf("read %s: %v", file, err)
	}
	for _, object := range objects {
		if err := apply(t.Context(), config, namespace, object); err != nil {
			t.Fatalf("apply %s %s of %s: %v", object.GetKind(), object.GetName(), file, err)
		}
		if object.GetKind() == "CustomResourceDefinition" {
			Eventually(t, object.GetName()+" is served", func(ctx context.Context) error { return served(ctx, config, object) })
		}
	}
}

// parse leaves out empty documents.
func parse(content []byte) ([]*unstructured.Unstructured, error) {
	var objects []*unstructured.Unstructured
	for documents := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(content), 4096); ; {
		object := &unstructured.Unstructured{}
		if err := documents.Decode(&object.Object); errors.Is(err, io.EOF) {
			return objects, nil
		} else if err != nil {
			return nil, err
		}
		if len(object.Object) > 0 {
			objects = append(objects, object)
		}
	}
}

func apply(ctx context.Context, config *rest.Config, namespace string, object *unstructured.Unstructured) error {
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	groups, err := restmapper.GetAPIGroupResources(client.Discovery())
	if err != nil {
		return err
	}
	kind := object.GroupVersionKind()
	mapping, err := restmapper.NewDiscoveryRESTMapper(groups).RESTMapping(kind.GroupKind(), kind.Version)
	if err != nil {
		return err
	}
	resources, err := dynamic.NewForConfig(config)
	if err != nil {
		return err
	}
	var resource dynamic.ResourceInterface = resources.Resource(mapping.Resource)
	if mapping.Scope.Name() == meta.RESTScopeNameNamespace {
		if namespace = cmp.Or(object.GetNamespace(), namespace); namespace == "" {
			return errors.New("it needs a namespace")
		}
		resource = resources.Resource(mapping.Resource).Namespace(namespace)
	}
	_, err = resource.Apply(ctx, object.GetName(), object, metav1.ApplyOptions{FieldManager: "kubetest", Force: true})
	return err
}

// served returns nil if the server lists the kind that a definition defines.
func served(ctx context.Context, config *rest.Config, definition *unstructured.Unstructured) error {
	group, _, _ := unstructured.NestedString(definition.Object, "spec", "group")
	plural, _, _ := unstructured.NestedString(definition.Object, "spec", "names", "plural")
	versions, _, err := unstructured.NestedSlice(definition.Object, "spec", "versions")
	if err != nil || len(versions) == 0 {
		return fmt.Errorf("read its versions: %v", err)
	}
	version, _ := versions[0].(map[string]any)
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	path := fmt.Sprintf("/apis/%s/%s/%s", group, version["name"], plural)
	return client.Discovery().RESTClient().Get().AbsPath(path).Param("limit", "1").Do(ctx).Error()
}
