package responsible

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/opendeliverygear/odg/component"
)

// labelNames are the names of the label that lists responsibles, the newer one first.
var labelNames = []string{"odg.ocm.software/responsibles", "cloud.gardener.cnudie/responsibles"}

// Of returns who is responsible for the resources and sources of a component version
// that are called artefact, or for the component if that is empty: those of the label of
// the first of these artefacts that has one, else those of the label of the component.
//
// A label that cannot be read counts as missing and is told. If there is none, the
// result says that only the code host of the main source knows more. The error wraps
// [ErrNoArtefact] if the component version has no artefact of the name.
func Of(d *component.Descriptor, artefact string) (Result, error) {
	r := Result{Responsibles: []Party{}, Statuses: []Status{}}
	if artefact != "" {
		elements := named(d, artefact)
		if len(elements) == 0 {
			return r, fmt.Errorf("component version %s: %w: %q", d.ID, ErrNoArtefact, shorten(artefact))
		}
		for _, element := range elements {
			if r.take(d, element.Labels, "artefact "+element.Name+" of component version "+d.ID.String()) {
				return r, nil
			}
		}
	}
	if r.take(d, d.Labels, "component version "+d.ID.String()) {
		return r, nil
	}
	r.tell(StatusInfo, "component version "+d.ID.String()+" names nobody by the label "+labelNames[0]+"; "+unread(d))
	return r, nil
}

// named returns the resources and sources of a name, resources first.
func named(d *component.Descriptor, name string) (elements []component.Element) {
	for _, a := range d.Artefacts() {
		if a.Name == name {
			elements = append(elements, a.Element)
		}
	}
	return elements
}

// take adds those of a label, false if there is none that can be read.
func (r *Result) take(d *component.Descriptor, labels []component.Label, of string) bool {
	for _, name := range labelNames {
		label, found := component.FindLabel(labels, name)
		if !found {
			continue
		}
		entries, err := parse(label.Value)
		if err != nil {
			r.tell(StatusError, fmt.Sprintf("label %s of %s: %v", name, of, err))
			continue
		}
		for _, entry := range entries {
			r.add(d, entry)
		}
		return true
	}
	return false
}

func (r *Result) add(d *component.Descriptor, e entry) {
	switch e.kind {
	case teamEntry:
		r.tell(StatusInfo, "the members of GitHub team "+e.text+" are known to its GitHub server only, which this version does not ask")
		return
	case codeownersEntry:
		r.tell(StatusInfo, unread(d))
		return
	}
	id := e.identifier
	if id.Type == GitHubUser && id.GitHubHostname == "" {
		if id.GitHubHostname, _ = MainRepository(d); id.GitHubHostname == "" {
			r.tell(StatusError, "GitHub user "+id.Username+": github_hostname is missing, and no source of the component tells it")
			return
		}
	}
	r.Responsibles = append(r.Responsibles, Party{id})
}

// unread tells which code host would know more.
func unread(d *component.Descriptor) string {
	host, path := MainRepository(d)
	if host == "" {
		return "it has no source on GitHub whose code owners could be asked for"
	}
	return "the code owners and contributors of " + host + "/" + path + " are known to its code host only, which this version does not ask"
}

// labelMain is on the source that is the main one of several.
const labelMain = "cloud.gardener/cicd/source"

// MainRepository returns host and path of the main source on GitHub: the one whose
// label says so, else the first. They are empty if there is none.
func MainRepository(d *component.Descriptor) (host, path string) {
	for _, source := range d.Sources {
		access, ok := source.Access.GitHub()
		if !ok {
			continue
		}
		h, p := repository(access.RepoURL)
		_, main := component.FindLabel(source.Labels, labelMain)
		if h != "" && (host == "" || main) {
			host, path = h, p
		}
		if main {
			break
		}
	}
	return host, path
}

// repository splits the URL of a repository, with or without scheme.
func repository(text string) (host, path string) {
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	if err != nil || !isHost(u.Hostname()) {
		return "", ""
	}
	return strings.ToLower(u.Hostname()), shorten(strings.TrimSuffix(strings.Trim(u.Path, "/"), ".git"))
}
