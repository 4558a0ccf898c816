package main

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"time"

	"github.com/google/go-containerregistry/pkg/registry"
	"golang.org/x/sync/errgroup"
)

// registryServer is a registry in this process that is far away.
type registryServer struct {
	*httptest.Server
	requests atomic.Int64
}

// farRegistry returns a registry that holds a tree, and takes its time.
func farRegistry(ctx context.Context, t *tree, latency time.Duration) (*registryServer, error) {
	handler := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	filling := httptest.NewServer(handler)
	defer filling.Close()
	if err := t.push(ctx, filling.URL); err != nil {
		return nil, err
	}
	s := &registryServer{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.requests.Add(1)
		time.Sleep(latency)
		handler.ServeHTTP(w, r)
	}))
	return s, nil
}

// fetchAll reads addresses that are all known beforehand, and throws away what it reads.
func fetchAll(ctx context.Context, addresses []string) error {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: parallel}}
	defer client.CloseIdleConnections()
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(parallel)
	for _, address := range addresses {
		group.Go(func() error {
			request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
			if err != nil {
				return err
			}
			request.Header.Set("Accept", "application/vnd.oci.image.manifest.v1+json") // else there is none
			response, err := client.Do(request)
			if err != nil {
				return err
			}
			_, err = io.Copy(io.Discard, response.Body)
			if response.StatusCode != http.StatusOK {
				err = errors.New(response.Status)
			}
			return errors.Join(err, response.Body.Close())
		})
	}
	return group.Wait()
}
