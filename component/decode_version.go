package component

import (
	"bytes"
	"encoding/json"
)

// decodeV2 reads schema v2, where all but signatures is below component.
func decodeV2(root *value) (*Descriptor, error) {
	d := &Descriptor{Schema: SchemaV2}
	found := false
	err := root.object(func(key string, member *value) error {
		if key == "component" {
			found = true
			return d.decodeComponent(member)
		}
		return d.outer(key, member)
	})
	if err == nil && !found {
		err = root.missing("component")
	}
	if err != nil {
		return nil, err
	}
	return d, nil
}

func (d *Descriptor) decodeComponent(component *value) error {
	err := component.object(func(key string, member *value) (err error) {
		switch key {
		case "provider":
			d.Provider, d.ProviderLabels, err = providerText(member)
		case "repositoryContexts":
			d.RepositoryContexts, err = repositoryContexts(member)
		case "sources":
			d.Sources, err = items(member, source)
		case "resources":
			d.Resources, err = items(member, resource)
		case "componentReferences":
			d.References, err = items(member, reference)
		default:
			err = d.inner(key, member)
		}
		return err
	})
	if err != nil {
		return err
	}
	return d.complete(component)
}

// decodeV3 reads schema v3alpha1.
func decodeV3(root *value) (*Descriptor, error) {
	d := &Descriptor{Schema: SchemaV3Alpha1}
	found := false
	err := root.object(func(key string, member *value) (err error) {
		switch key {
		case "metadata":
			found = true
			err = d.decodeMetadata(member)
		case "spec":
			err = d.decodeSpec(member)
		case "repositoryContexts":
			d.RepositoryContexts, err = repositoryContexts(member)
		default:
			err = d.outer(key, member)
		}
		return err
	})
	if err == nil && !found {
		err = root.missing("metadata")
	}
	if err != nil {
		return nil, err
	}
	return d, nil
}

func (d *Descriptor) decodeMetadata(metadata *value) error {
	err := metadata.object(func(key string, member *value) (err error) {
		if key == "provider" {
			d.Provider, d.ProviderLabels, err = providerObject(member)
			return err
		}
		return d.inner(key, member)
	})
	if err != nil {
		return err
	}
	return d.complete(metadata)
}

func (d *Descriptor) decodeSpec(spec *value) error {
	if spec.null() {
		return nil
	}
	return spec.object(func(key string, member *value) (err error) {
		switch key {
		case "sources":
			d.Sources, err = items(member, source)
		case "resources":
			d.Resources, err = items(member, resource)
		case "references":
			d.References, err = items(member, reference)
		}
		return err
	})
}

// outer reads the fields that both schemas have at the top.
func (d *Descriptor) outer(key string, member *value) error {
	switch key {
	case "signatures":
		d.Signatures = member.rawOrNil()
	case "nestedDigests":
		d.NestedDigests = member.rawOrNil()
	}
	return nil
}

// inner reads the fields that both schemas give a component.
func (d *Descriptor) inner(key string, member *value) (err error) {
	switch key {
	case "name":
		d.Name, err = member.required()
	case "version":
		d.Version, err = member.required()
	case "labels":
		d.Labels, err = items(member, label)
	case "creationTime":
		d.CreationTime, err = member.optional()
	}
	return err
}

func (d *Descriptor) complete(v *value) error {
	switch "" {
	case d.Name:
		return v.missing("name")
	case d.Version:
		return v.missing("version")
	case d.Provider:
		return v.missing("provider")
	}
	return nil
}

// providerText reads a provider of schema v2. A provider with labels is written
// as a JSON object inside of the string.
func providerText(v *value) (string, []Label, error) {
	text, err := v.required()
	if err != nil {
		return "", nil, err
	}
	data := bytes.TrimSpace([]byte(text))
	if len(data) == 0 || data[0] != '{' || !json.Valid(data) {
		return text, nil, nil
	}
	name, labels, err := providerObject(&value{data: data, parent: v.parent, key: v.key})
	if err != nil {
		return text, nil, nil // no such object, so the string is the name
	}
	return name, labels, nil
}

func providerObject(v *value) (name string, labels []Label, err error) {
	err = v.object(func(key string, member *value) (err error) {
		switch key {
		case "name":
			name, err = member.required()
		case "labels":
			labels, err = items(member, label)
		}
		return err
	})
	if err == nil && name == "" {
		err = v.missing("name")
	}
	return name, labels, err
}

func repositoryContexts(v *value) ([]json.RawMessage, error) {
	return items(v, func(item *value) (json.RawMessage, error) {
		if item.data[0] != '{' {
			return nil, item.errorf("is %s, want an object", kind(item.data))
		}
		return item.raw(), nil
	})
}

// items reads a list; null and the empty list give nil.
func items[T any](v *value, read func(*value) (T, error)) ([]T, error) {
	var list []T
	err := v.list(func(item *value) error {
		read, err := read(item)
		list = append(list, read)
		return err
	})
	return list, err
}
