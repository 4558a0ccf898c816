package httpapi

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/extcfg"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/internal/rawjson"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/proposal"
	"github.com/opendeliverygear/odg/store"
)

// proposals tells what there is to decide about the findings of an artefact.
func (s *Server) proposals(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	id, err := readArtefactParams(params)
	if err != nil {
		return err
	}
	types, err := s.configuredTypes(params)
	if err != nil {
		return err
	}
	return stream(w, r, s.core.Proposals(r.Context(), id, types...))
}

// configuredTypes reads which types of findings are asked for; one that is not configured is
// an error.
func (s *Server) configuredTypes(params url.Values) ([]metadata.Type, error) {
	types := list[metadata.Type](params["type"])
	for _, t := range types {
		if _, ok := s.findings().For(t); !ok {
			return nil, &statusError{http.StatusNotFound, "no-configuration", `No configuration for finding type "` + string(t) + `" found`}
		}
	}
	return types, nil
}

func (s *Server) findings() *findingcfg.Config {
	if s.cfg.Findings == nil {
		return &findingcfg.Config{}
	}
	return s.cfg.Findings
}

// readArtefactParams reads an artefact from the parameters of a URL.
func readArtefactParams(params url.Values) (id artefact.ID, err error) {
	texts := map[string]*string{}
	for _, name := range []string{"componentName", "componentVersion", "artefactKind", "artefactName", "artefactVersion", "artefactType"} {
		text, err := required(params, name)
		if err != nil {
			return id, err
		}
		texts[name] = &text
	}
	kind := artefact.Kind(*texts["artefactKind"])
	if err := kind.Validate(); err != nil {
		return id, badRequest("artefactKind: %v", err)
	}
	id = artefact.ID{
		ComponentName: texts["componentName"], ComponentVersion: texts["componentVersion"], Kind: kind,
		Artefact: &artefact.LocalID{Name: texts["artefactName"], Version: texts["artefactVersion"], Type: texts["artefactType"]},
	}
	if *id.ComponentVersion == component.Greatest {
		id.ComponentVersion = nil
	}
	id.Artefact.ExtraID, err = readExtraID(params.Get("artefactExtraId"))
	return id, err
}

// readExtraID reads a JSON object of texts; the empty text is an empty one.
func readExtraID(text string) (map[string]string, error) {
	if text == "" {
		return nil, nil
	}
	members, err := rawjson.Members([]byte(text))
	if err != nil {
		return nil, badRequest("artefactExtraId: want a JSON object: %v", err)
	}
	extra := make(map[string]string, len(members))
	for _, m := range members {
		value, ok := rawjson.String(m.Value)
		if !ok {
			return nil, badRequest("artefactExtraId.%s: want a string, got %s", shorten(m.Key), rawjson.Kind(m.Value))
		}
		extra[m.Key] = value
	}
	return extra, nil
}

// rescore stores what the caller has decided.
func (s *Server) rescore(w http.ResponseWriter, r *http.Request) error {
	if s.cfg.LocalUser == "" {
		return noUser()
	}
	body, err := readBody(r)
	if err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(signed(body, localUser(s.cfg.LocalUser))))
	r.Header.Del("Content-Type") // one entry per line is not understood here
	entries, err := s.readEntries(r)
	if err != nil {
		return err
	}
	if err := s.core.Rescore(store.By(r.Context(), store.Act{Who: s.cfg.LocalUser}), entries); err != nil {
		return err
	}
	s.replicateIssues(r.Context(), entries)
	w.WriteHeader(http.StatusCreated)
	return nil
}

// replicateIssues has the tracking issues follow what was decided. The decision is
// stored already, so a failure is only logged: the next enumeration catches up.
func (s *Server) replicateIssues(ctx context.Context, rescorings []metadata.Entry) {
	if s.cfg.Backlog == nil || s.cfg.Extensions == nil || !slices.ContainsFunc(s.cfg.Extensions.Active(), isReplicator) {
		return
	}
	now := s.cfg.Now().UTC()
	var items []backlog.Item
	for _, id := range proposal.IssueGroups(rescorings, s.findings()) {
		items = append(items, backlog.Item{Service: extcfg.ServiceIssueReplicator, Artefact: id, Priority: backlog.PriorityCritical, Timestamp: now})
	}
	if len(items) == 0 {
		return
	}
	if _, err := s.cfg.Backlog.Add(context.WithoutCancel(ctx), items...); err != nil {
		s.cfg.Log.Warn().Err(err).Int("items", len(items)).Msg("issues of rescorings not queued")
	}
}

func isReplicator(e extcfg.Extension) bool { return e.Service == extcfg.ServiceIssueReplicator }
