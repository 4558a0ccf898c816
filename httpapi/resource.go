package httpapi

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Resource is a custom resource of ODG as the routes below /service-extensions tell
// it, be it one of a cluster or not.
type Resource struct {
	Name, UID   string
	Labels      map[string]string
	Annotations map[string]string
	Created     time.Time
	// Spec is a JSON object.
	Spec json.RawMessage
}

// AppendJSON appends r as existing clients read it: they look into labels without
// asking if there are any.
func (r Resource) AppendJSON(b []byte) []byte {
	b = append(b, `{"metadata":{"name":`...)
	b = appendText(b, r.Name)
	b = append(b, `,"uid":`...)
	b = appendText(b, r.UID)
	b = append(b, `,"labels":`...)
	b = appendTexts(b, r.Labels)
	b = append(b, `,"annotations":`...)
	b = appendTexts(b, r.Annotations)
	b = append(b, `,"creationTimestamp":`...)
	b = appendText(b, r.Created.UTC().Format(time.RFC3339))
	b = append(b, `},"spec":`...)
	return append(append(b, r.Spec...), '}')
}

func appendText(b []byte, text string) []byte {
	quoted, _ := json.Marshal(text) // texts have no errors
	return append(b, quoted...)
}

func appendTexts(b []byte, texts map[string]string) []byte {
	b = append(b, '{')
	for i, key := range slices.Sorted(maps.Keys(texts)) {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendText(b, key), ':')
		b = appendText(b, texts[key])
	}
	return append(b, '}')
}

// isNull tells if a JSON value is missing or null.
func isNull(value json.RawMessage) bool {
	return len(value) == 0 || bytes.Equal(bytes.TrimSpace(value), []byte("null"))
}

// parseLabels reads labels written as key:value. Kubernetes' rules for them leave no
// room for a second colon.
func parseLabels(texts []string) (map[string]string, error) {
	labels := map[string]string{}
	for _, text := range texts {
		key, value, ok := strings.Cut(text, ":")
		switch {
		case !ok || strings.Contains(value, ":"):
			return nil, badRequest("label %s: want key:value", strconv.Quote(text))
		case !isLabelKey(key):
			return nil, badRequest("label %s: the key is none of a Kubernetes label, such as example.org/cluster", strconv.Quote(text))
		case value != "" && !isLabelText(value):
			return nil, badRequest("label %s: the value is none of a Kubernetes label: up to 63 letters, digits, -, _ and ., beginning and ending with a letter or digit", strconv.Quote(text))
		}
		labels[key] = value
	}
	return labels, nil
}

// isLabelKey tells if a text is a key by the rules of Kubernetes: a name, or a DNS
// name, a slash and a name.
func isLabelKey(key string) bool {
	domain, name, hasDomain := strings.Cut(key, "/")
	if !hasDomain {
		return isLabelText(key)
	}
	if len(domain) > 253 || domain != strings.ToLower(domain) || strings.Contains(domain, "_") {
		return false
	}
	for part := range strings.SplitSeq(domain, ".") {
		if !isLabelText(part) {
			return false
		}
	}
	return isLabelText(name)
}

func isLabelText(text string) bool {
	if len(text) == 0 || len(text) > 63 || !isAlphanumeric(text[0]) || !isAlphanumeric(text[len(text)-1]) {
		return false
	}
	return !strings.ContainsFunc(text, func(r rune) bool {
		return r > 127 || !isAlphanumeric(byte(r)) && r != '-' && r != '_' && r != '.'
	})
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
