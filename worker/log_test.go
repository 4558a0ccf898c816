package worker_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"testing"
	"testing/synctest"

	"github.com/matryer/is"
	"github.com/rs/zerolog"

	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/worker"
)

func TestLogNamesTheItem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		var out bytes.Buffer
		cfg := config()
		cfg.Log = zerolog.New(&out)
		once(&cfg, nil)
		s := &scanner{scan: func(ctx context.Context, name string) (worker.Result, error) {
			zerolog.Ctx(ctx).Info().Msg("layer read")
			switch name {
			case "a":
				panic("no layers")
			case "b":
				return worker.Result{}, worker.ErrUnsupported
			}
			return results("x"), nil
		}}
		is.NoErr(worker.New(newQueue("a", "b", "c"), newCore(), s, cfg).RunUntilEmpty(t.Context()))
		var got []string
		for dec := json.NewDecoder(&out); dec.More(); {
			var line struct {
				Level, Message, Extension string
				Item                      string `json:"backlog_item"`
				Stack                     string
			}
			is.NoErr(dec.Decode(&line))
			is.Equal(line.Extension, "lint")
			is.Equal(line.Item == "", line.Message == "worker started" || line.Message == "worker ended")
			is.Equal(line.Stack != "", line.Message == "scanner panicked")
			got = append(got, line.Level+": "+line.Message)
		}
		is.Equal(got, []string{
			"info: worker started",
			"info: scan started", "info: layer read", "error: scanner panicked", "error: item parked",
			"info: scan started", "info: layer read", "warn: artefact skipped",
			"info: scan started", "info: layer read", "info: scan finished",
			"info: worker ended",
		})
	})
}

func TestSkippedItemThatCannotBeFinished(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		q, j := newQueue("a"), &journal{}
		first := true
		q.onFinish = func() error {
			if first {
				first = false
				return errors.New("connection reset")
			}
			return nil
		}
		cfg := config()
		cfg.Observer = j.observer()
		s := &scanner{scan: fails(worker.ErrUnsupported)}
		is.NoErr(worker.New(q, newCore(), s, cfg).RunUntilEmpty(t.Context()))
		is.Equal(j.lines, []string{"claimed a", "lost a", "claimed a", "skipped a"})
	})
}

// BenchmarkRunUntilEmpty measures what the loop adds to scans that take no time.
func BenchmarkRunUntilEmpty(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			items := make([]backlog.Item, n)
			for i := range items {
				items[i] = backlog.Item{Service: "lint", Artefact: id(strconv.Itoa(i))}
			}
			cfg := config()
			cfg.Types, cfg.Parallel = []metadata.Type{findingType}, 2
			b.ReportAllocs()
			for b.Loop() {
				q := backlog.NewMemory(backlog.MemoryConfig{})
				if _, err := q.Add(b.Context(), items...); err != nil {
					b.Fatal(err)
				}
				if err := worker.New(q, discard{newCore()}, finds(), cfg).RunUntilEmpty(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/item")
		})
	}
}

// discard stores nothing.
type discard struct{ *core }

func (discard) PutMetadata(context.Context, []metadata.Entry) error { return nil }
