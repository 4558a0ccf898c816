package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/opendeliverygear/odg/internal/blake2s128"
)

// ErrCacheDescriptor says that something does not describe a cached value.
var ErrCacheDescriptor = errors.New("not a cache descriptor")

// CacheID returns the id under which an existing installation caches a value, from
// the JSON that describes it: type and encoding_format, and per type
//
//   - component-descriptor: component_name, component_version, and ocm_repository
//     with baseUrl and subPath
//   - python-function: function_name, args and kwargs
//   - http-route: route, params and body, the last two may be missing
//
// Arguments, parameters and bodies are texts that the sender has serialised
// already; anything else is serialised here. The id is 32 hexadecimal digits. An
// error wraps [ErrCacheDescriptor]. The form is that of ODG's cache table.
func CacheID(descriptor []byte) (string, error) {
	key, err := cacheKey(descriptor)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrCacheDescriptor, err)
	}
	return blake2s128.Hex([]byte(key)), nil
}

// cacheDescriptor is the union of all types. Pointers tell what is missing.
type cacheDescriptor struct {
	Type       string  `json:"type"`
	Encoding   *string `json:"encoding_format"`
	Component  *string `json:"component_name"`
	Version    *string `json:"component_version"`
	Repository *struct {
		BaseURL *string `json:"baseUrl"`
		SubPath string  `json:"subPath"`
	} `json:"ocm_repository"`
	Function *string         `json:"function_name"`
	Args     json.RawMessage `json:"args"`
	Kwargs   json.RawMessage `json:"kwargs"`
	Route    *string         `json:"route"`
	Params   json.RawMessage `json:"params"`
	Body     json.RawMessage `json:"body"`
}

func cacheKey(descriptor []byte) (string, error) {
	var d cacheDescriptor
	if err := json.Unmarshal(descriptor, &d); err != nil {
		return "", err
	}
	parts := cacheParts{values: []string{d.Type}}
	parts.text("encoding_format", d.Encoding)
	switch d.Type {
	case "component-descriptor":
		parts.text("component_name", d.Component)
		parts.text("component_version", d.Version)
		parts.text("ocm_repository.baseUrl", d.repository())
	case "python-function":
		parts.text("function_name", d.Function)
		parts.value("args", d.Args, true)
		parts.value("kwargs", d.Kwargs, true)
	case "http-route":
		parts.text("route", d.Route)
		parts.value("params", d.Params, false)
		parts.value("body", d.Body, false)
	default:
		return "", fmt.Errorf("type: %q is unknown, want component-descriptor, python-function or http-route", d.Type)
	}
	return strings.Join(parts.values, "|"), errors.Join(parts.faults...)
}

// repository is the reference of the OCI repository, nil if there is none.
func (d cacheDescriptor) repository() *string {
	r := d.Repository
	switch {
	case r == nil:
		return nil
	case r.BaseURL == nil, r.SubPath == "":
		return r.BaseURL
	}
	joined := strings.TrimRight(*r.BaseURL, "/") + "/" + strings.TrimLeft(r.SubPath, "/")
	return &joined
}

// cacheParts collects the parts of a key.
type cacheParts struct {
	values []string
	faults []error
}

func (p *cacheParts) text(name string, value *string) {
	if value == nil {
		p.faults = append(p.faults, fmt.Errorf("%s: is missing", name))
		return
	}
	p.values = append(p.values, *value)
}

func (p *cacheParts) value(name string, raw json.RawMessage, required bool) {
	if len(raw) == 0 && required {
		p.faults = append(p.faults, fmt.Errorf("%s: is missing", name))
		return
	}
	if len(raw) == 0 {
		raw = json.RawMessage("null")
	}
	text, err := serialised(raw)
	if err != nil {
		p.faults = append(p.faults, fmt.Errorf("%s: %w", name, err))
	}
	p.values = append(p.values, text)
}

// serialised returns a text as it is, and the serialised form of anything else.
func serialised(raw json.RawMessage) (string, error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil {
		return "", err
	}
	if text, ok := v.(string); ok {
		return text, nil
	}
	return cacheText(v)
}

// reserved are the texts that join serialised values.
var reserved = []string{"|-", "--|", "|_", "__|", "|:"}

func cacheText(v any) (string, error) {
	switch v := v.(type) {
	case nil:
		return "None", nil
	case bool:
		if v {
			return "True", nil
		}
		return "False", nil
	case json.Number:
		if strings.ContainsAny(v.String(), ".eE") {
			return "", fmt.Errorf("%s is no integer, its text is not defined", v)
		}
		return v.String(), nil
	case string:
		if slices.ContainsFunc(reserved, func(r string) bool { return strings.Contains(v, r) }) {
			return "", fmt.Errorf("%q has one of the reserved texts %q", v, reserved)
		}
		return v, nil
	case []any:
		texts, err := cacheTexts(v)
		return "|__" + strings.Join(texts, "|_") + "__|", err
	case map[string]any:
		pairs, err := cachePairs(v)
		return "|--" + strings.Join(pairs, "|-") + "--|", err
	}
	return "", fmt.Errorf("a %T has no text", v)
}

func cacheTexts(list []any) ([]string, error) {
	texts := make([]string, len(list))
	for i, v := range list {
		var err error
		if texts[i], err = cacheText(v); err != nil {
			return nil, err
		}
	}
	slices.Sort(texts)
	return texts, nil
}

func cachePairs(object map[string]any) ([]string, error) {
	keys := make([]string, 0, len(object))
	for key := range object {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for i, key := range keys {
		k, err := cacheText(key)
		if err != nil {
			return nil, err
		}
		v, err := cacheText(object[key])
		if err != nil {
			return nil, err
		}
		keys[i] = k + "|:" + v
	}
	return keys, nil
}
