package findingcfg

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
)

// ErrTemplate is wrapped by every error about a title template.
var ErrTemplate = errors.New("not a usable title template")

// Title returns the title of an issue whose first finding is e. The template is a
// Python format string (PEP 3101): {artefact.…}, {meta.…} and {data.…} are
// replaced by the values of that path, null by None; {data.key} is the data key.
// Doubled braces stand for themselves; conversions and format specifications are
// not understood. Errors wrap [ErrTemplate].
func (i Issues) Title(e metadata.Entry) (string, error) {
	var b strings.Builder
	err := eachPart(i.TitleTemplate, func(literal, field string) error {
		b.WriteString(literal)
		if field == "" {
			return nil
		}
		value, err := titleValue(e, strings.Split(field, "."))
		if err != nil {
			return fmt.Errorf("%w: {%s}: %w", ErrTemplate, field, err)
		}
		b.WriteString(value)
		return nil
	})
	return b.String(), err
}

// checkTitle tells what can be told without a finding.
func checkTitle(template string) error {
	return eachPart(template, func(_, field string) error {
		path := strings.Split(field, ".")
		if field == "" || path[0] == "data" && len(path) > 1 {
			return nil
		}
		_, err := titleValue(metadata.Entry{Artefact: artefact.ID{Artefact: &artefact.LocalID{}}}, path)
		if err != nil {
			return fmt.Errorf("%w: {%s}: %w", ErrTemplate, field, err)
		}
		return nil
	})
}

// eachPart calls part for each stretch of literal text and the field after it,
// which is empty at the end and after a doubled brace.
func eachPart(template string, part func(literal, field string) error) error {
	for template != "" {
		literal, rest, field, err := nextPart(template)
		if err != nil {
			return err
		}
		if err := part(literal, field); err != nil {
			return err
		}
		template = rest
	}
	return nil
}

func nextPart(template string) (literal, rest, field string, err error) {
	i := strings.IndexAny(template, "{}")
	if i < 0 {
		return template, "", "", nil
	}
	literal, brace, rest := template[:i], template[i], template[i+1:]
	if strings.HasPrefix(rest, string(brace)) {
		return literal + string(brace), rest[1:], "", nil
	}
	if brace == '}' {
		return "", "", "", fmt.Errorf("%w: single }, write }} for the character itself", ErrTemplate)
	}
	field, rest, closed := strings.Cut(rest, "}")
	switch {
	case !closed:
		return "", "", "", fmt.Errorf("%w: { without }, write {{ for the character itself", ErrTemplate)
	case field == "":
		return "", "", "", fmt.Errorf("%w: {} names nothing, write {artefact.…}, {meta.…} or {data.…}", ErrTemplate)
	case strings.ContainsAny(field, "!:[{"):
		return "", "", "", fmt.Errorf("%w: {%s}: only names joined by dots are understood", ErrTemplate, field)
	}
	return literal, rest, field, nil
}

func titleValue(e metadata.Entry, path []string) (string, error) {
	switch path[0] {
	case "artefact":
		return artefactValue(e.Artefact, path[1:])
	case "meta":
		return metaValue(e.Meta, path[1:])
	case "data":
		return dataValue(e.Data, path[1:])
	}
	return "", fmt.Errorf("%s is none of artefact, meta, data", path[0])
}

func artefactValue(id artefact.ID, path []string) (string, error) {
	attr := artefact.Attribute(strings.Join(path, "."))
	if attr == "artefact.normalised_artefact_extra_id" {
		attr = artefact.AttrExtraID
	} else if attr == artefact.AttrExtraID || !known(attr) {
		return "", fmt.Errorf("artefacts have no text %s", attr)
	}
	return artefact.GroupID(id, []artefact.Attribute{attr})
}

func metaValue(m metadata.Meta, path []string) (string, error) {
	switch strings.Join(path, ".") {
	case "type":
		return string(m.Type), nil
	case "datasource":
		return string(m.Datasource), nil
	case "creation_date":
		return string(m.CreationDate), nil
	case "last_update":
		return string(m.LastUpdate), nil
	}
	return "", fmt.Errorf("meta has no text %s", strings.Join(path, "."))
}

func dataValue(p metadata.Payload, path []string) (string, error) {
	if len(path) == 1 && path[0] == "key" {
		if key, ok := p.Key(); ok {
			return key, nil
		}
		return "", errors.New("data of this type has no key")
	}
	value := p.Raw()
	for _, name := range path {
		var object map[string]json.RawMessage
		if err := json.Unmarshal(value, &object); err != nil {
			return "", fmt.Errorf("nothing has a member %s", name)
		}
		member, ok := object[name]
		if !ok {
			return "", fmt.Errorf("data of this type has no %s", strings.Join(path, "."))
		}
		value = member
	}
	return pythonText(value)
}

// pythonText writes a JSON scalar as Python's str does.
func pythonText(value json.RawMessage) (string, error) {
	switch text := string(value); text {
	case "null":
		return "None", nil
	case "true":
		return "True", nil
	case "false":
		return "False", nil
	default:
		switch text[0] {
		case '"':
			var s string
			err := json.Unmarshal(value, &s)
			return s, err
		case '{', '[':
			return "", errors.New("the value is no text")
		}
		return text, nil
	}
}
