package eol_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/scan/osid/eol"
)

// bookworm is one cycle in the three formats.
var bookworm = eol.Cycle{
	Name: "12", Codename: "Bookworm", ReleaseDate: "2023-06-10", EOL: eol.End{Day: "2026-06-10"},
	ExtendedSupport: eol.End{Day: "2028-06-30"}, Latest: "12.11", LatestReleaseDate: "2025-05-17",
}

const (
	v0 = `{"cycle":"12","codename":"Bookworm","releaseDate":"2023-06-10","eol":"2026-06-10","latest":"12.11",
		"latestReleaseDate":"2025-05-17","lts":true,"extendedSupport":"2028-06-30","link":"https://www.debian.org"}`
	v1 = `{"name":"debian","aliases":["debian-linux"],"releases":[{"name":"12","codename":"Bookworm","label":"12 (Bookworm)",
		"releaseDate":"2023-06-10","isLts":true,"isEol":false,"eolFrom":"2026-06-10","isEoes":false,"eoesFrom":"2028-06-30",
		"isMaintained":true,"latest":{"name":"12.11","date":"2025-05-17","link":"https://www.debian.org"}}]}`
)

func TestFormats(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		text     string
		products string
	}{
		"products":         {`{"debian":[` + v0 + `]}`, "debian"},
		"list of cycles":   {"\n [" + v0 + `]`, "given"},
		"one product, v1":  {`{"schema_version":"1.2.0","result":` + v1 + `}`, "debian debian-linux"},
		"all products, v1": {`{"schema_version":"1.2.0","total":1,"result":[` + v1 + `]}`, "debian debian-linux"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			got, err := eol.Read(strings.NewReader(c.text), "given")
			is.NoErr(err)
			want := eol.Products{}
			for name := range strings.SplitSeq(c.products, " ") {
				want[name] = []eol.Cycle{bookworm}
			}
			is.Equal(cmp.Diff(want, got), "")
		})
	}
}

// TestLoose reads what the API writes in more than one way.
func TestLoose(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	got, err := eol.Read(strings.NewReader(`[{"cycle":7,"eol":null,"latest":7.9,"lts":"2032-05-31","unknown":{}},{"cycle":"8","latest":null}]`), "rhel")
	is.NoErr(err)
	want := []eol.Cycle{{Name: "7", Latest: "7.9"}, {Name: "8"}}
	is.Equal(cmp.Diff(want, got["rhel"]), "")
}

func TestBadData(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"nothing":                     ``,
		"text":                        `x`,
		"text in a list":              `["x"]`,
		"number":                      `1`,
		"null":                        `null`,
		"no product":                  `{}`,
		"cut off":                     `{"debian":[`,
		"result of another kind":      `{"result":"x"}`,
		"list of another kind":        `{"result":["x"]}`,
		"product that is no list":     `{"debian":{}}`,
		"cycle without a name":        `{"debian":[{"eol":false}]}`,
		"cycle that is an object":     `{"debian":[{"cycle":{}}]}`,
		"end of life that is no date": `{"debian":[{"cycle":"1","eol":"soon"}]}`,
		"end of life that is a list":  `{"debian":[{"cycle":"1","eol":[]}]}`,
		"day that is no date, v1":     `{"result":{"name":"x","releases":[{"name":"1","eolFrom":"soon"}]}}`,
	}
	for name, text := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			_, err := eol.Read(strings.NewReader(text), "given")
			is.True(errors.Is(err, eol.ErrFormat))
		})
	}
}

func TestTooLarge(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	_, err := eol.Read(io.LimitReader(spaces{}, eol.MaxBytes+1), "given")
	is.True(errors.Is(err, eol.ErrFormat))
	is.True(strings.Contains(err.Error(), "more than"))
	_, err = eol.Read(failing{}, "given")
	is.True(errors.Is(err, io.ErrClosedPipe))
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrClosedPipe }

type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestOpen(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	ctx := context.Background()
	plain, err := eol.Open(ctx, "")
	is.NoErr(err)
	is.Equal(cmp.Diff(eol.Embedded(), plain), "")

	file := filepath.Join(t.TempDir(), "debian.json")
	is.NoErr(os.WriteFile(file, []byte("["+v0+"]"), 0o600))
	newer, err := eol.Open(ctx, file)
	is.NoErr(err)
	is.Equal(newer["debian"], []eol.Cycle{bookworm}) // replaces the embedded product
	is.Equal(cmp.Diff(plain["ubuntu"], newer["ubuntu"]), "")

	_, err = eol.Open(ctx, file+".missing")
	is.True(errors.Is(err, os.ErrNotExist))
	is.True(strings.Contains(err.Error(), file+".missing"))
	is.NoErr(os.WriteFile(file, []byte("x"), 0o600))
	_, err = eol.Open(ctx, file)
	is.True(errors.Is(err, eol.ErrFormat))
	is.True(strings.Contains(err.Error(), file))
}

func TestFetch(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/api/debian.json":
			fmt.Fprintf(w, "[%s]", v0)
		case "/api/v1/products/full":
			fmt.Fprintf(w, `{"result":[%s]}`, v1)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	ctx := context.Background()
	for _, path := range []string{"/api/debian.json", "/api/v1/products/full"} {
		got, err := eol.Open(ctx, server.URL+path)
		is.NoErr(err)
		is.Equal(got["debian"], []eol.Cycle{bookworm})
	}
	_, err := eol.Open(ctx, server.URL+"/missing")
	is.True(strings.Contains(err.Error(), "404"))
	_, err = eol.Fetch(ctx, "http://[")
	is.True(err != nil)
	is.True(strings.Contains(err.Error(), "http://["))
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	_, err = eol.Fetch(cancelled, server.URL+"/api/debian.json")
	is.True(errors.Is(err, context.Canceled))
}

func TestEnd(t *testing.T) {
	t.Parallel()
	at := func(text string) time.Time {
		now, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return now
	}
	cases := map[string]struct {
		text string
		now  string
		want bool
		form string
	}{
		"last day":       {`"2026-07-11"`, "2026-07-11T23:59:59Z", false, "2026-07-11"},
		"day after":      {`"2026-07-11"`, "2026-07-12T00:00:00Z", true, "2026-07-11"},
		"day after, UTC": {`"2026-07-11"`, "2026-07-12T01:00:00+02:00", false, "2026-07-11"},
		"ended":          {`true`, "2026-07-11T00:00:00Z", true, "ended"},
		"open":           {`false`, "2026-07-11T00:00:00Z", false, "open"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			var end eol.End
			is.NoErr(json.Unmarshal([]byte(c.text), &end))
			is.Equal(end.Reached(at(c.now)), c.want)
			is.Equal(end.String(), c.form)
			again, err := json.Marshal(end)
			is.NoErr(err)
			is.Equal(string(again), c.text)
		})
	}
	is := is.New(t)
	end := eol.End{Ended: true}
	is.NoErr(end.UnmarshalJSON([]byte("null")))
	is.Equal(end, eol.End{})
}

// TestEmbedded checks the data that ships with the program.
func TestEmbedded(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	products := eol.Embedded()
	_, err := eol.AsOf().Time()
	is.NoErr(err)
	is.True(len(products) >= 15)
	for name, cycles := range products {
		seen := map[string]bool{}
		for _, c := range cycles {
			is.True(!seen[c.Name]) // each cycle once
			seen[c.Name] = true
			for _, day := range []string{string(c.ReleaseDate), string(c.LatestReleaseDate), string(c.EOL.Day), string(c.ExtendedSupport.Day)} {
				_, err := time.Parse(time.DateOnly, day)
				is.True(day == "" || err == nil) // days are dates
			}
			is.True(c.EOL.Day == "" || c.EOL.Day > c.ReleaseDate)
			is.True(c.LatestReleaseDate == "" || c.LatestReleaseDate <= eol.AsOf())
		}
		is.True(len(seen) > 0)
		is.True(name != "")
	}
}

func ExampleEmbedded() {
	for _, cycle := range eol.Embedded()["debian"] {
		if cycle.Name == "10" {
			fmt.Println(cycle.Codename, cycle.Latest, cycle.EOL, cycle.ExtendedSupport)
		}
	}
	// Output: Buster 10.13 2022-09-10 2024-06-30
}

// Newer data, such as a copy of the public API, replaces embedded products.
func ExampleOpen() {
	products, err := eol.Open(context.Background(), "testdata/ourlinux.json")
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	for _, cycle := range products["ourlinux"] {
		fmt.Println(cycle.Name, cycle.Latest, cycle.EOL.Reached(now))
	}
	fmt.Println(len(products["debian"]) > 0)
	// Output:
	// 2 2.4 false
	// 1 1.9 true
	// true
}

// TestExtended takes the later of two known days, and leaves unknown ones alone.
func TestExtended(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	later, earlier, open := eol.End{Day: "2028-06-30"}, eol.End{Day: "2026-06-10"}, eol.End{}
	got := eol.Extended([]eol.Cycle{
		{EOL: earlier, ExtendedSupport: later}, {EOL: later, ExtendedSupport: earlier},
		{EOL: earlier, ExtendedSupport: open}, {EOL: open, ExtendedSupport: later},
	})
	var ends []string
	for _, c := range got {
		ends = append(ends, c.EOL.String())
	}
	is.Equal(ends, []string{"2028-06-30", "2028-06-30", "2026-06-10", "open"})
}
