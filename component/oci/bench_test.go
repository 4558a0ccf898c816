package oci_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/cached"
	"github.com/opendeliverygear/odg/component/oci"
)

const (
	latency  = 20 * time.Millisecond
	parallel = 8
)

// delayed is a registry that is far away.
func delayed(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(latency)
		handler.ServeHTTP(w, r)
	})
}

// BenchmarkWalk resolves the tree of 300 components from a registry on loopback that
// takes 20 ms for each request, against fetching the same blobs as fast as possible:
// all addresses known beforehand, with the same parallelism, thrown away at once.
// near is the walk without the 20 ms, warm the same walk from the cache.
//
//	go test -run '^$' -bench Walk -benchtime 3x ./component/oci
//
// peak-MiB is how much memory was in use at most, beside what there was before.
func BenchmarkWalk(b *testing.B) {
	handler := quiet()
	path := folder(b, "large/large.tgz")
	push(b, serve(b, handler), path, "large")
	base := serve(b, delayed(handler))
	root := id("acme.org/large/c000:1.0.0")
	cfg := oci.Config{Parallel: parallel}
	addresses := blobsOf(b, path, base, walk(b, open(b, base+"/large", cfg), root))

	limit := b.Run("limit", func(b *testing.B) {
		for b.Loop() {
			fetchAll(b, addresses)
		}
		b.ReportMetric(float64(len(addresses)), "requests/op")
	})
	if !limit {
		return
	}
	b.Run("cold", func(b *testing.B) {
		b.ReportAllocs()
		peak := watchMemory()
		for b.Loop() {
			walk(b, open(b, base+"/large", cfg), root)
		}
		b.ReportMetric(peak(), "peak-MiB")
	})
	b.Run("near", func(b *testing.B) { // without the 20 ms
		near := serve(b, handler)
		for b.Loop() {
			walk(b, open(b, near+"/large", cfg), root)
		}
	})
	b.Run("warm", func(b *testing.B) {
		b.ReportAllocs()
		kept := cached.New(open(b, base+"/large", cfg), cached.Config{})
		walk(b, kept, root)
		for b.Loop() {
			walk(b, kept, root)
		}
	})
}

func walk(b *testing.B, from component.Resolver, root component.ID) *component.Graph {
	b.Helper()
	graph, err := component.Walk(b.Context(), from, component.WalkConfig{Parallel: parallel}, root)
	must(b, err)
	must(b, graph.Err())
	return graph
}

// blobsOf returns the addresses of what a walk reads: manifests and descriptors.
func blobsOf(b *testing.B, path, base string, graph *component.Graph) []string {
	var addresses []string
	for d := range graph.Descriptors() {
		repository := base + "/v2/large/component-descriptors/" + d.Name
		digest := manifestDigest(b, path, d.Name, d.Version)
		data, err := os.ReadFile(filepath.Join(path, "blobs", strings.Replace(digest, ":", ".", 1)))
		must(b, err)
		var m manifest
		must(b, json.Unmarshal(data, &m))
		addresses = append(addresses, repository+"/manifests/"+d.Version, repository+"/blobs/"+m.Layers[0].Digest)
	}
	return addresses
}

func fetchAll(b *testing.B, addresses []string) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: parallel}}
	defer client.CloseIdleConnections()
	var group errgroup.Group
	group.SetLimit(parallel)
	for _, address := range addresses {
		group.Go(func() error {
			response, err := client.Get(address)
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
	must(b, group.Wait())
}

// watchMemory looks at the heap until its result is called, which returns how many
// MiB it grew.
func watchMemory() func() float64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	before, most := stats.HeapAlloc, stats.HeapAlloc
	stop := make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(10 * time.Millisecond):
				runtime.ReadMemStats(&stats)
				most = max(most, stats.HeapAlloc)
			}
		}
	})
	return func() float64 {
		close(stop)
		group.Wait()
		return float64(most-before) / (1 << 20)
	}
}
