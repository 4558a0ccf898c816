package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// Configuration says which state of its configuration files a server works by.
type Configuration struct {
	// LoadedAt is when the files were read that are in use.
	LoadedAt time.Time
	// Err says what is wrong with the files as they are now, with file and line; nil
	// if they are the ones in use.
	Err error
	// FailedAt is when Err was found.
	FailedAt time.Time
}

// storePatience is how long a store may take to tell that it is there.
const storePatience = 2 * time.Second

// readiness is the answer to GET /ready?verbose.
type readiness struct {
	// Status is ready, degraded (serving, by an earlier configuration than the files
	// hold) or unavailable.
	Status        string `json:"status"`
	Configuration struct {
		Status   string     `json:"status"` // current or outdated
		LoadedAt time.Time  `json:"loaded_at"`
		Error    string     `json:"error,omitempty"`
		FailedAt *time.Time `json:"failed_at,omitempty"`
		// UnknownSeverities are no categories, but stored entries have them.
		UnknownSeverities []unknownSeverity `json:"unknown_severities,omitempty"`
	} `json:"configuration"`
	Store struct {
		Status string `json:"status"` // reachable or unreachable
		Error  string `json:"error,omitempty"`
	} `json:"store"`
}

// unknownSeverity is a severity that the configuration does not know, or not any more,
// with the numbers of entries that have it.
type unknownSeverity struct {
	Type       metadata.Type `json:"type"`
	Severity   string        `json:"severity"`
	Findings   int           `json:"findings"`
	Rescorings int           `json:"rescorings"`
}

// ready answers 200 as soon as the server serves: a probe that asked the database
// would take all replicas away at once when that restarts. With verbose it says
// more, to people: 200, or 503 if the store does not answer.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	verbose, err := boolean(params, "verbose")
	if params.Has("verbose") && params.Get("verbose") == "" {
		verbose, err = true, nil
	}
	if err != nil {
		return err
	}
	if !verbose {
		w.WriteHeader(http.StatusOK)
		return nil
	}
	answer := s.readiness(r.Context())
	code := http.StatusOK
	if answer.Status == "unavailable" {
		code = http.StatusServiceUnavailable
		w.Header().Set("Retry-After", retryAfter)
	}
	writeBody(w, code, contentTypeJSON, answer)
	return nil
}

func (s *Server) readiness(ctx context.Context) readiness {
	a := readiness{Status: "ready"}
	a.Configuration.Status, a.Configuration.LoadedAt = "current", s.made
	a.Store.Status = "reachable"
	if s.cfg.Configuration != nil {
		c := s.cfg.Configuration()
		a.Configuration.LoadedAt = c.LoadedAt
		if c.Err != nil {
			failedAt := c.FailedAt.UTC()
			a.Status, a.Configuration.Status = "degraded", "outdated"
			a.Configuration.Error, a.Configuration.FailedAt = c.Err.Error(), &failedAt
		}
	}
	a.Configuration.LoadedAt = a.Configuration.LoadedAt.UTC()
	if s.cfg.UnknownSeverities != nil {
		for _, c := range s.cfg.UnknownSeverities() {
			a.Configuration.UnknownSeverities = append(a.Configuration.UnknownSeverities, unknownSeverity(c))
		}
	}
	if err := s.reach(ctx); err != nil {
		a.Status, a.Store.Status = "unavailable", "unreachable"
		a.Store.Error = details(err).Detail // strangers see no host names
		s.cfg.Log.Warn().Err(err).Msg("store unreachable")
	}
	return a
}

// reach asks the store for what it does not have.
func (s *Server) reach(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, storePatience)
	defer cancel()
	nobody := store.Query{
		Artefacts: []store.Selector{{ID: artefact.ID{ComponentName: new("odg/ready")}}},
	}
	for _, err := range s.core.QueryMetadata(ctx, nobody) {
		if err != nil {
			return err
		}
	}
	return nil
}
