// Package render renders the chart in deploy/chart with Helm's own library, and checks
// it as "helm lint" does. It is a module of its own, so that Helm stays out of the
// requirements of ODG; its tests hold the plain manifests in deploy/plain to the chart.
//
//	values, err := os.ReadFile("values.yaml")
//	…
//	manifests, err := render.Chart("../chart", values, "delivery")
//	fmt.Print(manifests)
package render

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/engine"
)

// Release is the name of the release in what is rendered.
const Release = "open-delivery-gear"

// Chart returns the objects of a chart, as one stream of YAML documents in the order
// of its template files, as for the installation of a new release of a namespace.
// values is a YAML object that is laid over the values of the chart; its schema is
// checked. Notes and empty documents are left out.
func Chart(dir string, values []byte, namespace string) (string, error) {
	files, err := templates(dir, values, namespace)
	if err != nil {
		return "", err
	}
	var names []string
	for name := range files {
		if path.Ext(name) == ".yaml" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var all strings.Builder
	for _, name := range names {
		for document := range strings.SplitSeq("\n"+files[name], "\n---") {
			if strings.TrimSpace(document) != "" {
				fmt.Fprintf(&all, "---\n%s\n", strings.Trim(document, "\n"))
			}
		}
	}
	return all.String(), nil
}

// Plain returns the objects of a chart without the labels that only Helm reads, for
// those who apply them with other means.
func Plain(dir string, values []byte, namespace string) (string, error) {
	all, err := Chart(dir, values, namespace)
	if err != nil {
		return "", err
	}
	var kept strings.Builder
	for line := range strings.Lines(all) {
		label := strings.TrimSpace(line)
		if label != "app.kubernetes.io/managed-by: Helm" && !strings.HasPrefix(label, "helm.sh/chart: ") {
			kept.WriteString(line)
		}
	}
	return kept.String(), nil
}

// Notes returns what Helm tells after the installation.
func Notes(dir string, values []byte, namespace string) (string, error) {
	files, err := templates(dir, values, namespace)
	if err != nil {
		return "", err
	}
	for name, text := range files {
		if path.Base(name) == "NOTES.txt" {
			return text, nil
		}
	}
	return "", nil
}

// templates returns what each template file of a chart becomes.
func templates(dir string, values []byte, namespace string) (map[string]string, error) {
	chart, err := loader.LoadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("load chart %s: %w", dir, err)
	}
	own, err := loader.LoadValues(bytes.NewReader(values))
	if err != nil {
		return nil, fmt.Errorf("read values: %w", err)
	}
	release := common.ReleaseOptions{Name: Release, Namespace: namespace, Revision: 1, IsInstall: true}
	all, err := util.ToRenderValues(chart, own, release, common.DefaultCapabilities)
	if err != nil {
		return nil, fmt.Errorf("combine values with those of the chart: %w", err)
	}
	files, err := engine.Engine{Strict: true}.RenderWithContext(context.Background(), chart, all) // it asks no cluster
	if err != nil {
		return nil, fmt.Errorf("render chart: %w", err)
	}
	return files, nil
}
