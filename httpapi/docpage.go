package httpapi

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

var (
	//go:embed docpage.html
	docPageText string
	//go:embed docpage.css
	docPageStyle string

	docPage = template.Must(template.New("docpage").Funcs(template.FuncMap{
		"lower": strings.ToLower, "anchor": anchor,
	}).Parse(docPageText))
)

// documentation is the OpenAPI document in both of its forms.
type documentation struct {
	json, page []byte
}

func (s *Server) newDocumentation() (documentation, error) {
	document := s.document()
	text, err := json.Marshal(document)
	if err != nil {
		return documentation{}, err
	}
	var page bytes.Buffer
	err = docPage.Execute(&page, viewOf(document))
	return documentation{text, page.Bytes()}, err
}

// openAPI answers the document as JSON.
func (s *Server) openAPI(w http.ResponseWriter, r *http.Request) error {
	d, err := s.documentation()
	if err != nil {
		return err
	}
	return writeTagged(w, r, json.RawMessage(d.json))
}

// docPage answers the document as a page, which the browser lets load nothing.
func (s *Server) docPage(w http.ResponseWriter, _ *http.Request) error {
	d, err := s.documentation()
	if err != nil {
		return err
	}
	style := sha256.Sum256([]byte(docPageStyle))
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; "+
		"style-src 'sha256-"+base64.StdEncoding.EncodeToString(style[:])+"'")
	_, err = w.Write(d.page)
	return sent(err)
}

// anchor is the place of an operation in the page.
func anchor(o *huma.Operation) string { return o.OperationID }
