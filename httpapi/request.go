package httpapi

import (
	"context"
	"crypto/rand"
	"net/http"
	"regexp"

	"github.com/opendeliverygear/odg/internal/problem"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// HeaderRequest tells requests apart: that of a client is taken over, else the server
// makes one. It is in the answer, in the log, and in the history of what was written.
const HeaderRequest = problem.HeaderRequest

// isRequestID tells if the id of a client is one that every log can hold.
var isRequestID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:/+=@-]{0,127}$`).MatchString

func requestID(r *http.Request) string {
	if id := r.Header.Get(HeaderRequest); isRequestID(id) {
		return id
	}
	return rand.Text()
}

// acting says who writes entries. As long as there is no login, what people decide is
// decided by [Config.LocalUser]; what extensions write is written in the name of their
// datasource, as the core does by itself.
func (s *Server) acting(ctx context.Context, entries []metadata.Entry) context.Context {
	for _, e := range entries {
		if e.Meta.Datasource == metadata.SourceDashboard {
			return store.By(ctx, store.Act{Who: s.cfg.LocalUser})
		}
	}
	return ctx
}
