package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"time"

	"github.com/rs/zerolog"
)

// What a connection may take its time for. Bodies and answers have no limit as a
// whole, since they may be long: handlers limit how long a client may idle.
const (
	readHeaderTimeout = 10 * time.Second
	idleTimeout       = 2 * time.Minute // between two requests
	maxHeaderBytes    = 64 << 10
)

// Server is what is served where.
type Server struct {
	Name    string // for messages
	Address string // host:port; an empty host means all addresses, port 0 a free one
	Handler http.Handler
}

// Servers listen already. Make them with [Listen].
type Servers []*running

type running struct {
	name     string
	server   *http.Server
	listener net.Listener
}

// Listen begins to listen for all servers, or for none if one of them cannot.
// Connections wait until [Servers.Run].
func Listen(logger zerolog.Logger, servers ...Server) (Servers, error) {
	var all Servers
	for _, s := range servers {
		listener, err := net.Listen("tcp", s.Address)
		if err != nil {
			_ = all.Close()
			return nil, fmt.Errorf("listen for %s: %w", s.Name, err)
		}
		logger.Info().Str("serves", s.Name).Stringer("address", listener.Addr()).Msg("server started")
		all = append(all, newRunning(s, listener))
	}
	return all, nil
}

func newRunning(s Server, listener net.Listener) *running {
	return &running{s.Name, &http.Server{
		Handler: s.Handler, ReadHeaderTimeout: readHeaderTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes,
		ErrorLog: log.New(io.Discard, "", 0), // of clients that break off; handlers log for themselves
	}, listener}
}

// Address returns where the server of that name listens, nil if there is none.
func (all Servers) Address(name string) net.Addr {
	for _, one := range all {
		if one.name == name {
			return one.listener.Addr()
		}
	}
	return nil
}

// Close stops listening. It is for servers that never run.
func (all Servers) Close() error {
	var errs []error
	for _, one := range all {
		errs = append(errs, one.listener.Close())
	}
	return errors.Join(errs...)
}

// Run serves until ctx ends, then returns nil, or until a server fails. No
// connection is accepted from then on, and requests have until the timeout to end;
// those that take longer are cut off, which is an error.
func (all Servers) Run(ctx context.Context, timeout time.Duration, logger zerolog.Logger) error {
	ended := make(chan error, len(all))
	for _, one := range all {
		go func() { ended <- one.server.Serve(one.listener) }()
	}
	var failure error
	left := len(all)
	select {
	case <-ctx.Done():
		logger.Info().Dur("timeout", timeout).Msg("server stopping")
	case failure = <-ended:
		left--
	}
	failure = errors.Join(failure, all.drain(context.WithoutCancel(ctx), timeout))
	for range left {
		if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
			failure = errors.Join(failure, err)
		}
	}
	logger.Info().Msg("server stopped")
	return failure
}

// drain lets the requests of all servers end, all within one timeout.
func (all Servers) drain(ctx context.Context, timeout time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	ended := make(chan error, len(all))
	for _, one := range all {
		go func() { ended <- one.drain(ctx, timeout) }()
	}
	var errs []error
	for range all {
		errs = append(errs, <-ended)
	}
	return errors.Join(errs...)
}

func (one *running) drain(ctx context.Context, timeout time.Duration) error {
	if err := one.server.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("requests to %s were cut off after %s: %w", one.name, timeout, err), one.server.Close())
	}
	return nil
}
