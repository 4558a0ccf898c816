package httpapi

import (
	"net/url"
	"strings"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/internal/rawjson"
)

// askedArtefact is what a request asks for.
type askedArtefact struct {
	component     component.ID
	name, version string
	identity      map[string]string
	unzip         bool
}

func readAsked(params url.Values) (a askedArtefact, err error) {
	id, err := required(params, "component")
	if err != nil {
		return a, err
	}
	name, version, _ := strings.Cut(id, ":")
	if name == "" || version == "" || strings.Contains(version, ":") {
		return a, badRequest("component: want <name>:<version> with one colon, not %q", shorten(id))
	}
	a.component = component.ID{Name: name, Version: version}
	if a.unzip = true; params.Has("unzip") {
		if a.unzip, err = boolean(params, "unzip"); err != nil {
			return a, err
		}
	}
	text, err := required(params, "artefact")
	if err != nil {
		return a, err
	}
	if text = strings.TrimSpace(text); !strings.HasPrefix(text, "{") {
		a.name = text
		return a, nil
	}
	return a, a.readIdentity(text)
}

func (a *askedArtefact) readIdentity(text string) error {
	members, err := rawjson.Members([]byte(text))
	if err != nil {
		return badRequest("artefact: %v", err)
	}
	a.identity = map[string]string{}
	for _, m := range members {
		value, ok := rawjson.String(m.Value)
		switch {
		case !ok:
			return badRequest("artefact.%s: want a string, got %s", shorten(m.Key), rawjson.Kind(m.Value))
		case m.Key == "name":
			a.name = value
		case m.Key == "version":
			a.version = value
		default:
			a.identity[m.Key] = value
		}
	}
	if a.name == "" {
		return badRequest("artefact: the name is missing")
	}
	return nil
}

// find returns the first artefact that is asked for and has a local blob.
func (a askedArtefact) find(d *component.Descriptor) (component.Artefact, component.LocalBlob, error) {
	reason := "has no such resource or source"
	for _, artefact := range d.Artefacts() {
		if !a.means(artefact) {
			continue
		}
		local, ok := artefact.Access.LocalBlob()
		switch {
		case !ok:
			reason = "has it elsewhere (access " + shorten(artefact.Access.Type) + "), not as a local blob"
		case len(local.Digests) == 0:
			reason = "does not tell the digest of its local blob"
		default:
			return artefact, local, nil
		}
	}
	return component.Artefact{}, component.LocalBlob{}, badRequest("artefact %s: component version %s %s", shorten(a.name), d.ID, reason)
}

func (a askedArtefact) means(artefact component.Artefact) bool {
	if artefact.Name != a.name || a.version != "" && artefact.Version != a.version {
		return false
	}
	for key, value := range a.identity {
		if written, ok := artefact.ExtraIdentity[key]; !ok || written != value {
			return false
		}
	}
	return true
}
