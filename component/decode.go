package component

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"

	"sigs.k8s.io/yaml"
	goyaml "sigs.k8s.io/yaml/goyaml.v2"
)

// The limits of a descriptor. Real ones have a few kilobytes.
const (
	// MaxDescriptorBytes limits a document, and what its YAML anchors expand to.
	MaxDescriptorBytes = 16 << 20
	// MaxDescriptorDepth limits how deep values are nested.
	MaxDescriptorDepth = 100
)

// Decode reads a component descriptor, schema v2 or v3alpha1, YAML or JSON.
//
// The document decides about the schema. YAML is read as the OCM tools read it:
// version 1.1, so an unquoted 1.10 is a number, which is refused as a version.
// Beyond the schema that those tools check, absent lists are taken for empty,
// names, extra identity keys and versions of elements may have any form, and a
// source needs no version. Unknown fields are ignored. Strings are valid UTF-8.
//
// Errors are a [*DecodeError], which wraps [ErrMalformed].
func Decode(data []byte) (*Descriptor, error) {
	document, err := toJSON(data)
	if err != nil {
		return nil, err
	}
	if deeper(document, MaxDescriptorDepth) {
		return nil, malformed("values are nested in one another more than %d times", MaxDescriptorDepth)
	}
	root := &value{data: document}
	if root.data[0] != '{' {
		return nil, malformed("the document is %s, want an object", kind(root.data))
	}
	schema, err := schemaOf(root)
	if err != nil {
		return nil, err
	}
	if schema == SchemaV2 {
		return decodeV2(root)
	}
	return decodeV3(root)
}

// toJSON converts a document to JSON without space around it. A copy is made,
// since parts of it live on in the descriptor.
func toJSON(data []byte) ([]byte, error) {
	if len(data) > MaxDescriptorBytes {
		return nil, malformed("the document has %d bytes, more than %d", len(data), MaxDescriptorBytes)
	}
	data = bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff")))
	if len(data) == 0 {
		return nil, malformed("the document is empty")
	}
	if !utf8.Valid(data) {
		return nil, malformed("the document is not valid UTF-8")
	}
	if data[0] == '{' && json.Valid(data) {
		return bytes.Clone(data), nil
	}
	if err := checkAliases(data); err != nil {
		return nil, err
	}
	converted, err := yaml.YAMLToJSON(data)
	if err != nil {
		return nil, malformed("the document is neither JSON nor YAML: %v", err)
	}
	return bytes.TrimSpace(converted), nil
}

// checkAliases refuses documents whose aliases expand to more than a descriptor
// may have. The YAML library limits their number, but not the size of what they
// stand for.
func checkAliases(data []byte) error {
	if bytes.IndexByte(data, '&') < 0 || bytes.IndexByte(data, '*') < 0 {
		return nil
	}
	var document any
	if err := goyaml.Unmarshal(data, &document); err != nil {
		return malformed("the document is neither JSON nor YAML: %v", err)
	}
	budget := MaxDescriptorBytes
	if !fits(document, &budget) {
		return malformed("the document's YAML aliases expand to more than %d bytes", MaxDescriptorBytes)
	}
	return nil
}

// fits takes the size of v off the budget and tells if it suffices.
func fits(v any, budget *int) bool {
	switch v := v.(type) {
	case string:
		*budget -= len(v)
	case []any:
		for _, item := range v {
			if !fits(item, budget) {
				return false
			}
		}
	case map[any]any:
		for key, member := range v {
			if !fits(key, budget) || !fits(member, budget) {
				return false
			}
		}
	}
	*budget -= 4
	return *budget >= 0
}

func malformed(format string, args ...any) error {
	return &DecodeError{Problem: clip(fmt.Sprintf(format, args...))}
}

// schemaOf finds out which schema a document is written in.
func schemaOf(root *value) (string, error) {
	var meta, api, kind string
	err := root.object(func(key string, member *value) (err error) {
		switch key {
		case "apiVersion":
			api, err = member.optional()
		case "kind":
			kind, err = member.optional()
		case "meta":
			meta, err = metaSchema(member)
		}
		return err
	})
	switch {
	case err != nil:
		return "", err
	case meta != "" && api != "":
		return "", malformed("the document has both meta.schemaVersion %q and apiVersion %q: remove one", meta, api)
	case meta == SchemaV2:
		return SchemaV2, nil
	case meta != "":
		return "", malformed("meta.schemaVersion %q is unknown, want %q", meta, SchemaV2)
	case api != SchemaV3Alpha1 && api != "":
		return "", malformed("apiVersion %q is unknown, want %q", api, SchemaV3Alpha1)
	case api == "":
		return "", malformed("the document has no schema: meta.schemaVersion and apiVersion are missing")
	case kind != "ComponentVersion":
		return "", malformed("kind is %q, want \"ComponentVersion\"", kind)
	}
	return SchemaV3Alpha1, nil
}

func metaSchema(meta *value) (schema string, err error) {
	if meta.null() {
		return "", nil
	}
	err = meta.object(func(key string, member *value) (err error) {
		if key == "schemaVersion" {
			schema, err = member.optional()
		}
		return err
	})
	var fault *DecodeError
	if errors.As(err, &fault) && fault.Path == "meta" {
		return "", nil // v3alpha1 gives no meaning to meta
	}
	return schema, err
}
