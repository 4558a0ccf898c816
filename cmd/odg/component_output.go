package main

import (
	"bytes"
	"fmt"
	"io"
	"unicode"
	"unicode/utf8"

	"sigs.k8s.io/yaml"
)

// writeDocument writes v as JSON or YAML, with the same keys. In JSON, texts have
// escapes for whatever a terminal would act on; they mean the same.
func writeDocument(w io.Writer, format string, v any) error {
	var data []byte
	var err error
	if format == "yaml" {
		data, err = yaml.Marshal(v)
	} else {
		var out bytes.Buffer
		err = writeJSON(&out, v)
		data = escaped(out.Bytes())
	}
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	return err
}

// escaped replaces what does not print in a JSON document by its escape. Outside of
// texts there is nothing of that kind but space.
func escaped(data []byte) []byte {
	out := make([]byte, 0, len(data))
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		switch {
		case r == '\n' || unicode.IsPrint(r):
			out = append(out, data[:size]...)
		case r > 0xffff:
			r -= 0x10000
			out = fmt.Appendf(out, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		data = data[size:]
	}
	return out
}
