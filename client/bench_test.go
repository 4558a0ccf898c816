package client_test

import (
	"fmt"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/client"
	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/search"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/sqlite"
)

// Benchmark measures 5,000 entries between a client and a server on SQLite.
func Benchmark(b *testing.B) {
	s, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "odg.db"), sqlite.Config{})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	server := httptest.NewServer(httpapi.New(odg.New(s, odg.Config{}), httpapi.Config{}))
	defer server.Close()
	c, err := client.New(server.URL, client.Config{HTTP: server.Client()})
	if err != nil {
		b.Fatal(err)
	}
	entries := make([]metadata.Entry, 5000)
	for i := range entries {
		if entries[i], err = metadata.ParseEntry(fmt.Appendf(nil, `{"artefact":{"component_name":"acme.org/shop"},
			"meta":{"datasource":"acme","type":"acme/check"},"data":{"key":"%d","text":"some text about it"}}`, i)); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("put", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := c.PutMetadata(b.Context(), entries); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("query", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			n := 0
			for _, err := range c.QueryMetadata(b.Context(), store.Query{}) {
				if err != nil {
					b.Fatal(err)
				}
				n++
			}
			if n != len(entries) {
				b.Fatalf("%d entries", n)
			}
		}
	})
	b.Run("search", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := c.Search(b.Context(), search.Request{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
