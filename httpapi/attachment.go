package httpapi

import (
	"mime"
	"net/http"
	"strings"
)

// setAttachment tells browsers to keep what follows as a file, and never to run it as
// a page of this server: what it is was said by whoever wrote a component descriptor.
func setAttachment(header http.Header, contentType, name string) {
	if _, _, err := mime.ParseMediaType(contentType); err != nil {
		contentType = "application/octet-stream"
	}
	header.Set("Content-Type", contentType)
	header.Set("Content-Disposition", disposition(fileName(name)))
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Security-Policy", "sandbox; default-src 'none'")
}

// disposition is the header for a file name (RFC 6266), which existing clients expect
// in quotes.
func disposition(name string) string {
	if strings.ContainsFunc(name, func(r rune) bool { return r > '~' }) {
		return mime.FormatMediaType("attachment", map[string]string{"filename": name})
	}
	return `attachment; filename="` + name + `"`
}

// fileName replaces what does not belong in the name of a file.
func fileName(name string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || strings.ContainsRune(`/\:"`, r) {
			return '_'
		}
		return r
	}, name)
}

// shorten makes what a request says fit into a message.
func shorten(text string) string {
	const most = 200
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}
