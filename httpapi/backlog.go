package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"net/http"
	"strconv"
	"strings"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/internal/rawjson"
)

// Backlog is what waits to be scanned. [QueueItems] makes one of a queue.
type Backlog interface {
	// BacklogItems yields the items of a service.
	BacklogItems(ctx context.Context, service string) iter.Seq2[Resource, error]
	// Add, SetPriority and Drop are as those of [backlog.Queue].
	Add(ctx context.Context, items ...backlog.Item) (created int, err error)
	SetPriority(ctx context.Context, name string, p backlog.Priority) error
	Drop(ctx context.Context, name string) error
}

const featureCluster = "cluster-access"

// headerCreated tells our own client how many items are new: the answer has no body.
const headerCreated = "Odg-Created"

// backlog is the configured one, or an error that says that there is none.
func (s *Server) backlog() (Backlog, error) {
	if s.cfg.Backlog == nil {
		return nil, &inactiveError{[]string{featureCluster}}
	}
	return s.cfg.Backlog, nil
}

func (s *Server) backlogItems(w http.ResponseWriter, r *http.Request) error {
	b, err := s.backlog()
	if err != nil {
		return err
	}
	service, err := required(r.URL.Query(), "service")
	if err != nil {
		return err
	}
	return stream(w, r, b.BacklogItems(r.Context(), service))
}

// createBacklogItems has artefacts scanned, or scanned sooner. Somebody waits for it,
// so it is critical unless the request says otherwise.
func (s *Server) createBacklogItems(w http.ResponseWriter, r *http.Request) error {
	b, err := s.backlog()
	if err != nil {
		return err
	}
	params := r.URL.Query()
	service, err := required(params, "service")
	if err != nil {
		return err
	}
	if err := backlog.ValidateService(service); err != nil {
		return badRequest("service: %v", err)
	}
	priority := backlog.PriorityCritical
	if params.Has("priority") {
		if priority, err = priorityNamed(params.Get("priority")); err != nil {
			return err
		}
	}
	artefacts, err := readArtefacts(r)
	if err != nil {
		return err
	}
	items := make([]backlog.Item, len(artefacts))
	for i, id := range artefacts {
		items[i] = backlog.Item{Service: service, Artefact: id, Priority: priority, Timestamp: s.cfg.Now().UTC()}
	}
	created, err := b.Add(r.Context(), items...)
	if err != nil {
		return err
	}
	w.Header().Set(headerCreated, strconv.Itoa(created))
	w.WriteHeader(http.StatusCreated)
	return nil
}

// priorityNamed reads the name of a priority.
func priorityNamed(text string) (backlog.Priority, error) {
	for _, p := range []backlog.Priority{backlog.PriorityNone, backlog.PriorityLow, backlog.PriorityMedium, backlog.PriorityHigh, backlog.PriorityCritical} {
		if strings.EqualFold(p.String(), text) {
			return p, nil
		}
	}
	return 0, badRequest("priority: %q is none of NONE, LOW, MEDIUM, HIGH, CRITICAL", text)
}

// maxArtefacts is how many one request may name.
const maxArtefacts = 100_000

// readArtefacts reads a body {"artefacts": [...]}.
func readArtefacts(r *http.Request) ([]artefact.ID, error) {
	members, err := bodyMembers(r)
	if err != nil {
		return nil, err
	}
	if len(members["artefacts"]) == 0 {
		return nil, badRequest("artefacts: is missing; want a list")
	}
	each, ok := rawjson.Each(members["artefacts"])
	if !ok {
		return nil, badRequest("artefacts: want a list, not a %s", rawjson.Kind(members["artefacts"]))
	}
	var all []artefact.ID
	for _, value := range each {
		if len(all) == maxArtefacts {
			return nil, badRequest("artefacts: more than %d; send several requests", maxArtefacts)
		}
		id, err := artefact.Parse(value)
		if err != nil {
			return nil, badRequest("artefacts[%d].%v", len(all), err)
		}
		all = append(all, id)
	}
	return all, nil
}

// bodyMembers reads a body that is a JSON object.
func bodyMembers(r *http.Request) (map[string]json.RawMessage, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	return members(body, "body")
}

func members(object json.RawMessage, path string) (map[string]json.RawMessage, error) {
	list, err := rawjson.Members(object)
	if err != nil {
		return nil, badRequest("%s: %v", path, err)
	}
	all := make(map[string]json.RawMessage, len(list))
	for _, m := range list {
		all[m.Key] = m.Value
	}
	return all, nil
}

// updateBacklogItem changes the priority of an item; what else its spec may hold is
// the item's identity, or cannot be another. Items that are gone are fine: somebody
// has worked on them meanwhile.
func (s *Server) updateBacklogItem(w http.ResponseWriter, r *http.Request) error {
	b, err := s.backlog()
	if err != nil {
		return err
	}
	name, err := required(r.URL.Query(), "name")
	if err != nil {
		return err
	}
	body, err := bodyMembers(r)
	if err != nil {
		return err
	}
	if isNull(body["spec"]) {
		return badRequest("spec: is missing; want an object")
	}
	spec, err := members(body["spec"], "spec")
	if err != nil {
		return err
	}
	if err := checkIdentity(name, spec["artefact"]); err != nil {
		return err
	}
	if priority := spec["priority"]; !isNull(priority) {
		var p backlog.Priority
		if json.Unmarshal(priority, &p) != nil || p.Validate() != nil {
			return badRequest("spec.priority: want a number that is not negative, such as %d for %s", backlog.PriorityHigh, backlog.PriorityHigh)
		}
		if err := b.SetPriority(r.Context(), name, p); err != nil && !errors.Is(err, backlog.ErrNotFound) {
			return err
		}
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// checkIdentity refuses to make the item of that name one of another artefact.
func checkIdentity(name string, value json.RawMessage) error {
	if isNull(value) {
		return nil
	}
	id, err := artefact.Parse(value)
	if err != nil {
		return badRequest("spec.artefact.%v", err)
	}
	of := backlog.Name("", id)
	if !strings.HasSuffix(name, of) {
		return badRequest("spec.artefact: another artefact would be another item, whose name ends with %s", of)
	}
	return nil
}

func (s *Server) deleteBacklogItems(w http.ResponseWriter, r *http.Request) error {
	b, err := s.backlog()
	if err != nil {
		return err
	}
	return drop(w, r, func(ctx context.Context, name string) error {
		if err := b.Drop(ctx, name); !errors.Is(err, backlog.ErrNotFound) {
			return err
		}
		return nil
	})
}

// drop calls one for each parameter name.
func drop(w http.ResponseWriter, r *http.Request, one func(ctx context.Context, name string) error) error {
	names := r.URL.Query()["name"]
	if len(names) == 0 {
		return badRequest("The name parameter is required.")
	}
	for _, name := range names {
		if err := one(r.Context(), name); err != nil {
			return err
		}
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
