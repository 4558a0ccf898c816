package main

import (
	"bytes"
	"fmt"
	"io"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"sigs.k8s.io/yaml"
)

// writeDocument writes v as JSON or YAML, with the same keys. Texts have escapes for
// whatever a terminal would act on; they mean the same.
func writeDocument(w io.Writer, format string, v any) error {
	var document bytes.Buffer
	if err := writeJSON(&document, v); err != nil {
		return err
	}
	data := escaped(document.Bytes(), surrogates)
	if format == "yaml" {
		var err error
		if data, err = asYAML(document.Bytes()); err != nil {
			return err
		}
	}
	_, err := w.Write(data)
	return err
}

// asYAML turns JSON into YAML. What would not print even so stays JSON with escapes,
// which is YAML as well.
func asYAML(document []byte) ([]byte, error) {
	safe := escaped(document, `\U%08x`)
	data, err := yaml.JSONToYAML(safe)
	if err == nil && bytes.ContainsFunc(data, unprintable) {
		return safe, nil
	}
	return data, err
}

func unprintable(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }

// surrogates has escaped write what is beyond 16 bits as JSON wants it, in two halves.
const surrogates = ""

// escaped replaces what does not print in a JSON document by its escape. Outside of
// texts there is nothing of that kind but space.
func escaped(data []byte, beyond string) []byte {
	out := make([]byte, 0, len(data))
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		switch {
		case !unprintable(r):
			out = append(out, data[:size]...)
		case r <= 0xffff:
			out = fmt.Appendf(out, `\u%04x`, r)
		case beyond == surrogates:
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		default:
			out = fmt.Appendf(out, beyond, r)
		}
		data = data[size:]
	}
	return out
}
