package vex

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
)

// Encode writes a document in a format, indented. What the format has no words for
// is translated, or written as facts beside it: justifications of the other format,
// and the [Decision]. A document without an ID gets one that follows from its
// content, so that equal documents are equal byte for byte.
func Encode(w io.Writer, doc Document, format Format) error {
	var encode func(Document) ([]byte, error)
	switch format {
	case OpenVEX:
		encode = encodeOpenVEX
	case CycloneDX:
		encode = encodeCycloneDX
	default:
		return fmt.Errorf("format %q is unknown, want openvex or cyclonedx", string(format))
	}
	if doc.ID == "" {
		content, err := json.Marshal(doc)
		if err != nil {
			return fmt.Errorf("write %s document: %w", format, err)
		}
		doc.ID = uuidOf(content)
	}
	data, err := encode(doc)
	if err != nil {
		return fmt.Errorf("write %s document: %w", format, err)
	}
	_, err = w.Write(data)
	return err
}

// uuidOf makes a UUID of version 8 (RFC 9562, section 5.8) from content.
func uuidOf(content []byte) string {
	sum := sha256.Sum256(content)
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80
	h := hex.EncodeToString(sum[:16])
	return "urn:uuid:" + h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// factsOf is what must be said of s besides the words of a format, in which its
// justification is the given one.
func (s Statement) factsOf(justification Justification, responses bool) factsOf {
	d := factsOf{Decision: s.Decision}
	if justification != s.Justification {
		d.justification = s.Justification
	}
	if !responses {
		d.responses = s.Responses
	}
	return d
}
