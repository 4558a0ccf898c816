package store_test

import (
	"strings"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/store"
)

func TestBy(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	is.Equal(store.ActOf(t.Context()), store.Act{})
	noon := time.Date(2026, 1, 15, 13, 0, 0, 1234, time.FixedZone("", 3600))
	ctx := store.By(t.Context(), store.Act{Who: "ada", Request: " r\n1\x00\xff"})
	ctx = store.By(ctx, store.Act{At: noon})
	is.Equal(store.ActOf(ctx), store.Act{At: time.Date(2026, 1, 15, 12, 0, 0, 1000, time.UTC), Who: "ada", Request: "r1"})
	is.Equal(store.ActOf(store.By(ctx, store.Act{Who: "bob"})).Who, "bob")
	long := store.ActOf(store.By(ctx, store.Act{Who: strings.Repeat("ü", 1000)})).Who
	is.Equal(long, strings.Repeat("ü", 200))
}

func TestPointsAreOrdered(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	noon := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	points := []store.Point{
		{}, {At: noon}, {At: noon, Began: 1}, {At: noon, Began: 1, ID: "a"}, {At: noon, Began: 1, ID: "a", Ended: 2},
		{At: noon, Began: 1, ID: "a", Ended: store.NotEnded}, {At: noon.Add(1), Began: 0},
	}
	for i, a := range points {
		for j, b := range points {
			is.Equal(a.Compare(b), map[bool]int{true: -1}[i < j]+map[bool]int{true: 1}[i > j])
		}
	}
}
