package httpapi_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/json"
	"io"
	"mime"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/opendeliverygear/odg/httpapi"
)

const metadataPath = "/artefacts/metadata"

// Whatever is asked for as an artefact is one that the component has, with all that was
// asked about it, or refused for a reason that fits on a screen.
func FuzzArtefact(f *testing.F) {
	for _, text := range []string{
		"report", " report", `{"name":"tool","os":"linux"}`, `{"name":"tool","version":"1.0.0"}`, `{"name":1}`, `{"name":null}`, `{"name":"a","name":"b"}`,
		`{"os":"linux"}`, `{`, `{"name":"tool"}{}`, "{\"name\":\"\xff\"}", `["tool"]`, "täg\"/..", "\x1b[31m", "a\r\nX: y", strings.Repeat("a", 9000), strings.Repeat(`{"name":`, 9000),
	} {
		f.Add("acme.org/shop:1.0.0", text)
	}
	for _, id := range []string{"", ":", "acme.org/shop", "acme.org/shop:", ":1.0.0", "acme.org/shop:1:0", "../../x:1", "acme.org/shop:greatest"} {
		f.Add(id, "report")
	}
	api := newAPI(httpapi.Config{Components: artefacts(f).archive(f)})
	f.Fuzz(func(t *testing.T, id, text string) {
		rec := ask(api, "GET", blobTarget(id, text), "")
		if rec.Code != 200 {
			if rec.Code != 400 && rec.Code != 404 || rec.Body.Len() > 2000 || rec.Header().Get("Content-Disposition") != "" {
				t.Fatalf("%d %d bytes: %.300q", rec.Code, rec.Body.Len(), rec.Body)
			}
			return
		}
		var asked struct{ Name, OS string }
		if json.Unmarshal([]byte(text), &asked) == nil && asked.Name == "tool" && asked.OS != "" && rec.Body.String() != asked.OS+" tool" {
			t.Fatalf("%q for %q", rec.Body, text)
		}
		_, params, err := mime.ParseMediaType(rec.Header().Get("Content-Disposition"))
		if name := params["filename"]; err != nil || !strings.HasPrefix(name, "acme.org_shop_1.0.0_") || strings.ContainsAny(name, "/\\\r\n") {
			t.Fatalf("%q is called %q (%v)", text, name, err)
		}
	})
}

// Whatever is sent as entries is refused as a whole, or comes back as it was sent
// and goes when it is deleted.
func FuzzEntries(f *testing.F) {
	for _, seed := range []string{
		``, `{}`, `{"entries":null}`, `{"entries":[]}`, `{"entries":[` + entryText + `]}`, entryText, entryText + "\n" + entryText,
		`{"entries":[` + entryText + `,{}]}`, strings.Replace(`{"entries":[`+entryText+`]}`, `"k"`, "\"\\u0000\xff\"", 1),
		strings.Replace(`{"entries":[`+entryText+`]}`, `"key":"k"`, "\"key\":\r\n[1e400,{\"a\":-0.0}]", 1),
	} {
		f.Add([]byte(seed), false)
		f.Add([]byte(seed), true)
	}
	f.Fuzz(func(t *testing.T, body []byte, lines bool) {
		api, contentType := newAPI(httpapi.Config{MaxBodyBytes: 1 << 20}), "application/json"
		if lines {
			contentType = "application/x-ndjson"
		}
		put := ask(api, "PUT", metadataPath, string(body), "Content-Type", contentType)
		stored := ask(api, "POST", metadataPath+"/query", "{}").Body.String()
		switch put.Code {
		case 200, 400, 409, 413:
			if stored != "[]" {
				t.Fatalf("%d, but stored is %s", put.Code, stored)
			}
			return
		case 201:
		default:
			t.Fatalf("status %d: %s", put.Code, put.Body)
		}
		again := `{"entries":` + stored + `}`
		if rec := ask(api, "PUT", metadataPath, again); !json.Valid([]byte(stored)) || rec.Code != 201 {
			t.Fatalf("%d %s for what came back: %s", rec.Code, rec.Body, again)
		}
		if now := ask(api, "POST", metadataPath+"/query", "{}").Body.String(); len(now) != len(stored) { // the order is not defined
			t.Fatalf("stored was %s, is %s", stored, now)
		}
		for line := range strings.Lines(ask(api, "POST", metadataPath+"/query", "{}", "Accept", "application/x-ndjson").Body.String()) {
			if !json.Valid([]byte(line)) {
				t.Fatalf("line %q is no JSON", line)
			}
		}
		if rec := ask(api, "DELETE", metadataPath, again); rec.Code != 204 {
			t.Fatalf("delete: %d %s", rec.Code, rec.Body)
		}
		if rest := ask(api, "POST", metadataPath+"/query", "{}").Body.String(); rest != "[]" {
			t.Fatalf("left is %s", rest)
		}
	})
}

// A boolean is one of the texts of the contract, to the letter.
func FuzzBoolean(f *testing.F) {
	yes, no := []string{"true", "True", "t", "yes", "y", "1", "on"}, []string{"false", "False", "f", "no", "n", "0", "off"}
	for _, seed := range append(append([]string{"TRUE", "", " true", "tr\x00ue", "2", "ja"}, yes...), no...) {
		f.Add(seed)
	}
	api := newAPI(httpapi.Config{})
	f.Fuzz(func(t *testing.T, text string) {
		want := 400
		if slices.Contains(yes, text) || slices.Contains(no, text) {
			want = 404 // there is no such component
		}
		rec := ask(api, "GET", "/ocm/component?"+url.Values{"component_name": {"c"}, "version": {"1"}, "raw": {text}}.Encode(), "")
		if rec.Code != want {
			t.Fatalf("%q: %d %s, want %d", text, rec.Code, rec.Body, want)
		}
		rec = ask(api, "GET", "/ready?"+url.Values{"verbose": {text}}.Encode(), "")
		verbose := text == "" || slices.Contains(yes, text)
		if refused := want == 400 && text != ""; (rec.Code == 400) != refused || !refused && (rec.Body.Len() > 0) != verbose {
			t.Fatalf("verbose=%q: %d %s", text, rec.Code, rec.Body)
		}
	})
}

// An encoded body is taken as it would be without, and a body that is not what its
// encoding says is the client's fault.
func FuzzContentEncoding(f *testing.F) {
	body := []byte(`{"entries":[` + entryText + `]}`)
	for _, encoding := range []string{"", "identity", "gzip", "GZIP ", "x-gzip", "deflate", "br", "gzip, gzip", "\x00"} {
		f.Add(body, encoding)
		f.Add([]byte("\x1f\x8b\x08\x00"), encoding)
		f.Add([]byte("\x78\x9c"), encoding)
		f.Add(bytes.Repeat([]byte(" "), 5000), encoding)
	}
	status := func(body, encoding string) int {
		return ask(newAPI(httpapi.Config{MaxBodyBytes: 4000}), "PUT", metadataPath, body, "Content-Encoding", encoding).Code
	}
	f.Fuzz(func(t *testing.T, body []byte, encoding string) {
		switch got := status(string(body), encoding); got {
		case 200, 201, 400, 409, 413, 415:
		default:
			t.Fatalf("%q: status %d", encoding, got)
		}
		want := status(string(body), "")
		for name, encode := range map[string]func(io.Writer) io.WriteCloser{
			"gzip":    func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
			"deflate": func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) },
			"Deflate": func(w io.Writer) io.WriteCloser { z, _ := flate.NewWriter(w, 1); return z },
		} {
			if got := status(encoded(t, string(body), encode), name); got != want {
				t.Fatalf("%s: status %d, without it %d", name, got, want)
			}
		}
	})
}
