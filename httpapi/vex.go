package httpapi

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/vex"
	"github.com/opendeliverygear/odg/vex/exchange"
)

func (s *Server) exchange() *exchange.Exchange {
	return exchange.New(s.core, exchange.Config{Findings: s.cfg.Findings, Scopes: s.cfg.Scopes, Now: s.cfg.Now})
}

// exportVEX writes what is to be said of the vulnerabilities of a component version.
func (s *Server) exportVEX(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	for _, name := range []string{"version", "format"} {
		if _, err := required(params, name); err != nil {
			return err
		}
	}
	format := vex.Format(params.Get("format"))
	contentType, known := vexContentTypes[format]
	if !known {
		return badRequest("format: %q is unknown, want openvex or cyclonedx", shorten(string(format)))
	}
	l, err := s.lookup(r)
	if err != nil {
		return err
	}
	id := component.ID{Name: l.name, Version: l.version}
	if id.Version == component.Greatest { // else nobody need know the component
		if id, err = l.id(r.Context(), s.cfg.Now()); err != nil {
			return err
		}
	}
	doc, err := s.exchange().Export(r.Context(), id, exchange.Export{Author: params.Get("author")})
	if errors.Is(err, exchange.ErrUnknown) {
		return &statusError{http.StatusNotFound, "nothing-known", fmt.Sprintf("component version %s: %v", shorten(id.String()), exchange.ErrUnknown)}
	}
	if err != nil {
		return err
	}
	var body bytes.Buffer
	if err := vex.Encode(&body, doc, format); err != nil {
		return err
	}
	setAttachment(w.Header(), contentType, id.Name+"_"+id.Version+"."+string(format)+".json")
	_, err = w.Write(body.Bytes())
	return sent(err)
}

// vexContentTypes are those of documents in a format.
var vexContentTypes = map[vex.Format]string{
	vex.OpenVEX:   contentTypeJSON,
	vex.CycloneDX: contentTypeCycloneDX + "; version=1.6",
}

const contentTypeCycloneDX = "application/vnd.cyclonedx+json"

// importedForm is the answer to an import.
type importedForm struct {
	DryRun     bool          `json:"dry_run" doc:"Nothing was stored."`
	Rescorings int           `json:"rescorings" doc:"How many were stored, or would be."`
	Outcomes   []vex.Outcome `json:"outcomes" nullable:"false" doc:"What became of each product of each statement, in the order of the document."`
}

// importVEX takes over what a document says of vulnerabilities.
func (s *Server) importVEX(w http.ResponseWriter, r *http.Request) error {
	o, err := importOptions(r.URL.Query())
	if err != nil {
		return err
	}
	if s.cfg.LocalUser == "" && !o.DryRun {
		return noUser()
	}
	o.By = metadata.User{Username: s.cfg.LocalUser, Type: localUserType}
	r.Body = io.NopCloser(&limitedReader{r.Body, vex.MaxBytes, vex.MaxBytes})
	body, err := readBody(r)
	if err != nil {
		return err
	}
	doc, err := vex.Parse(body)
	if err != nil {
		return faulty("", err)
	}
	plan, err := s.exchange().Import(store.By(r.Context(), store.Act{Who: s.cfg.LocalUser}), []vex.Document{doc}, o)
	if err != nil {
		return refused(err)
	}
	if o.DryRun {
		return writeImported(w, http.StatusOK, o, plan)
	}
	s.replicateIssues(r.Context(), plan.Rescorings)
	return writeImported(w, http.StatusCreated, o, plan)
}

func writeImported(w http.ResponseWriter, status int, o exchange.Import, plan vex.Plan) error {
	form := importedForm{DryRun: o.DryRun, Rescorings: len(plan.Rescorings), Outcomes: plan.Outcomes}
	if form.Outcomes == nil {
		form.Outcomes = []vex.Outcome{}
	}
	writeBody(w, status, contentTypeJSON, form)
	return nil
}

// refused tells what whoever sent a document must mend.
func refused(err error) error {
	var fault *exchange.Refused
	var unmatched *exchange.Unmatched
	switch {
	case !errors.As(err, &fault) || errors.Is(err, exchange.ErrNotConfigured):
		return err
	case fault.Option != "":
		return faulty(fault.Option+": ", err)
	case errors.As(err, &unmatched):
		return faulty("Nothing was stored; partial=true takes over the rest.\n", err)
	}
	return faulty("", err)
}

// maxFaultBytes bounds what is told of the faults of a document, whose texts may be long.
const maxFaultBytes = 16 << 10

// faulty is an answer 400 that tells err in full, up to maxFaultBytes.
func faulty(before string, err error) error {
	text := err.Error()
	if len(text) > maxFaultBytes {
		text = strings.ToValidUTF8(text[:maxFaultBytes], "") + "…"
	}
	return badRequest("%s%s", before, text)
}

// importOptions reads how a document is to be taken over.
func importOptions(params url.Values) (o exchange.Import, err error) {
	o = exchange.Import{Scope: findingcfg.Scope(params.Get("scope")), Statuses: vex.Mapping{}}
	if o.Partial, err = boolean(params, "partial"); err != nil {
		return o, err
	}
	if o.DryRun, err = boolean(params, "dry_run"); err != nil {
		return o, err
	}
	for _, text := range params["status"] {
		status, category, ok := strings.Cut(text, "=")
		if !ok {
			return o, badRequest("status: %q: want STATUS=CATEGORY, such as not_affected=NONE", shorten(text))
		}
		o.Statuses[vex.Status(status)] = category
	}
	if text := params.Get("valid_until"); text != "" {
		if o.ValidUntil, err = metadata.ParseExpiry(text); err != nil {
			return o, badRequest("valid_until: %q is no time; write 2027-03-31 or 2027-03-31T12:00:00Z", shorten(text))
		}
	}
	return o, nil
}
