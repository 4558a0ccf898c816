package httpapi

import (
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Workloads tell how the extensions do.
type Workloads interface {
	// Containers lists those of all extensions.
	Containers(ctx context.Context) ([]Container, error)
	// Logs yields what the extensions have logged, a collection per extension and
	// level.
	Logs(ctx context.Context) iter.Seq2[LogCollection, error]
}

// Container is the state of a container of an extension.
type Container struct {
	// App is the name of the extension as its pod has it, such as issue-replicator.
	App string `json:"-"`

	Name      string         `json:"name"`
	ID        *string        `json:"container_id"`
	Image     string         `json:"image"`
	ImageID   string         `json:"image_id"`
	Ready     bool           `json:"ready"`
	LastState ContainerState `json:"last_state"`
	State     ContainerState `json:"state"`
}

// ContainerState is that of the Kubernetes API, but all its parts are there always:
// the web UI reads them without asking which of them applies.
type ContainerState struct {
	Running struct {
		StartedAt *time.Time `json:"started_at"`
	} `json:"running"`
	Terminated struct {
		ID         *string    `json:"container_id"`
		ExitCode   *int32     `json:"exit_code"`
		FinishedAt *time.Time `json:"finished_at"`
		Message    *string    `json:"message"`
		Reason     *string    `json:"reason"`
		Signal     *int32     `json:"signal"`
		StartedAt  *time.Time `json:"started_at"`
	} `json:"terminated"`
	Waiting struct {
		Message *string `json:"message"`
		Reason  *string `json:"reason"`
	} `json:"waiting"`
}

// LogCollection is what an extension has logged.
type LogCollection struct {
	Service, Level string
	// Resource is the custom resource, a JSON object.
	Resource json.RawMessage
}

// AppendJSON appends the custom resource.
func (l LogCollection) AppendJSON(b []byte) []byte { return append(b, l.Resource...) }

func (s *Server) workloads() (Workloads, error) {
	if s.cfg.Workloads == nil {
		return nil, &inactiveError{[]string{featureCluster}}
	}
	return s.cfg.Workloads, nil
}

// extensions answers the names of the extensions that are enabled.
func (s *Server) extensions(w http.ResponseWriter, _ *http.Request) error {
	if s.cfg.Extensions == nil {
		return &inactiveError{[]string{"extensions-configuration"}}
	}
	return writeJSON(w, append([]string{}, s.cfg.Extensions.Names()...))
}

func (s *Server) containerStatuses(w http.ResponseWriter, r *http.Request) error {
	workloads, err := s.workloads()
	if err != nil {
		return err
	}
	all, err := workloads.Containers(r.Context())
	if err != nil {
		return err
	}
	wanted := s.wanted(r.URL.Query())
	return writeJSON(w, slices.DeleteFunc(append([]Container{}, all...), func(c Container) bool { return !wanted(c.App) }))
}

// wanted tells which extensions a request means: those of its parameters service, or
// all that are enabled. Their names are written in several ways, issueReplicator,
// issue-replicator and issuereplicator; all mean the same.
func (s *Server) wanted(params url.Values) func(name string) bool {
	names := params["service"]
	if len(names) == 0 && s.cfg.Extensions != nil {
		names = s.cfg.Extensions.Names()
	}
	known := map[string]bool{}
	for _, name := range names {
		known[plainName(name)] = true
	}
	return func(name string) bool { return known[plainName(name)] }
}

func plainName(name string) string {
	return strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(name))
}

var logLevels = []string{"ERROR", "WARNING", "INFO", "DEBUG"}

func (s *Server) logCollections(w http.ResponseWriter, r *http.Request) error {
	workloads, err := s.workloads()
	if err != nil {
		return err
	}
	params := r.URL.Query()
	level, err := required(params, "log_level")
	if err != nil {
		return err
	}
	if !slices.Contains(logLevels, strings.ToUpper(level)) {
		return badRequest("log_level: %q is none of %s", level, strings.Join(logLevels, ", "))
	}
	wanted := s.wanted(params)
	return stream(w, r, func(yield func(LogCollection, error) bool) {
		for l, err := range workloads.Logs(r.Context()) {
			if err == nil && (!strings.EqualFold(l.Level, level) || !wanted(l.Service)) {
				continue
			}
			if !yield(l, err) {
				return
			}
		}
	})
}
