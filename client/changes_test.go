package client_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/client"
	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
)

// deletion is a line of the feed.
func deletion(number int) string {
	return fmt.Sprintf(`{"id":"%d","cursor":"f.0.%d","deleted":true}`+"\n", number, number)
}

func feed(w http.ResponseWriter, text string) {
	w.Header().Set("Content-Type", "application/x-ndjson")
	_, _ = io.WriteString(w, text)
	_ = http.NewResponseController(w).Flush()
}

func TestChangesGoOnWhereTheConnectionBroke(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var asked []string
	c := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Query().Get("since"))
		switch len(asked) {
		case 1:
			feed(w, deletion(1)+deletion(2)+`{"id":"3","cur`)
			panic(http.ErrAbortHandler)
		case 2:
			feed(w, deletion(3)) // ends without a mark
		default:
			feed(w, deletion(4)+`{"cursor":"f.0.9"}`+"\n")
		}
	}))
	var got []string
	for e, err := range c.Changes(t.Context(), "", nil) {
		is.NoErr(err)
		got = append(got, fmt.Sprint(e.ID, e.Deleted, e.Cursor))
	}
	is.Equal(got, []string{"1truef.0.1", "2truef.0.2", "3truef.0.3", "4truef.0.4", "falsef.0.9"})
	is.Equal(asked, []string{"", "f.0.2", "f.0.3"})
}

func TestChangesThatNeverCome(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"nothing":         "",
		"no JSON":         "<html>\n",
		"no cursor":       `{"id":"1","deleted":true}` + "\n",
		"malformed entry": `{"id":"1","cursor":"f.0.1","entry":{"data":1}}` + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			asked := 0
			c := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { asked++; feed(w, text) }))
			var last error
			for _, err := range c.Changes(t.Context(), "", nil) {
				last = err
			}
			is.True(last != nil)
			is.Equal(asked, client.DefaultAttempts)
		})
	}
}

func TestFollowedChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		core := odg.New(memory.New(), odg.Config{})
		c, err := client.New("http://odg.example.org", client.Config{HTTP: &http.Client{Transport: handled{httpapi.New(core, httpapi.Config{})}}})
		is.NoErr(err)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		began := time.Now()
		marks, seen := 0, 0
		for e, err := range c.FollowChanges(ctx, "", nil, time.Minute) {
			if err != nil {
				is.True(errors.Is(err, context.Canceled))
				break
			}
			if !e.Mark() {
				seen++
				cancel()
				continue
			}
			if marks++; marks == 3 {
				is.NoErr(core.PutMetadata(ctx, []metadata.Entry{{Meta: metadata.Meta{Type: "acme/check"}}}))
			}
		}
		is.Equal(seen, 1)
		is.Equal(time.Since(began), 3*time.Minute) // a pause at each mark
		for e, err := range c.FollowChanges(t.Context(), "", []metadata.Type{"acme/check"}, time.Minute) {
			is.NoErr(err)
			is.True(!e.Mark()) // whoever has enough leaves
			break
		}
	})
}

func TestFollowedChangesEndWithAnError(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	c := newClient(t, httpapi.New(odg.New(memory.New(), odg.Config{}), httpapi.Config{}))
	n := 0
	for _, err := range c.FollowChanges(t.Context(), "elsewhere.0.1", nil, time.Hour) {
		n++
		is.True(errors.Is(err, store.ErrCursorGone))
	}
	is.Equal(n, 1)
}
