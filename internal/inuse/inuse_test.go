package inuse_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/internal/inuse"
	"github.com/opendeliverygear/odg/store"
)

// core is a configuration that does not know some severities.
type core func(ctx context.Context) ([]store.SeverityCount, error)

func (c core) UnknownSeverities(ctx context.Context) ([]store.SeverityCount, error) { return c(ctx) }

func knowing(list ...store.SeverityCount) *core {
	c := core(func(context.Context) ([]store.SeverityCount, error) { return list, nil })
	return &c
}

func severity(name string, findings, rescorings int) store.SeverityCount {
	return store.SeverityCount{Type: "finding/x", Severity: name, Findings: findings, Rescorings: rescorings}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		var told []string
		check := inuse.New(inuse.Config{
			Unknown: func(s store.SeverityCount) { told = append(told, s.Severity) },
			More:    func(n int) { told = append(told, fmt.Sprintf("%d more", n)) },
			Failed:  func(err error) { told = append(told, err.Error()) },
		})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- check.Run(ctx) }()
		is.Equal(len(check.Found()), 0)

		check.Follow(knowing(severity("few", 1, 1), severity("many", 0, 3)))
		synctest.Wait()
		is.Equal(told, []string{"many", "few"})
		is.Equal(len(check.Found()), 2)

		told = nil
		check.Follow(knowing())
		is.Equal(len(check.Found()), 0) // what was found is of another configuration
		synctest.Wait()
		is.Equal(len(told), 0)

		var many []store.SeverityCount
		for i := range inuse.Told + 7 {
			many = append(many, severity(fmt.Sprint(i), 1, 0))
		}
		check.Follow(knowing(many...))
		synctest.Wait()
		is.Equal(len(told), inuse.Told+1)
		is.Equal(told[inuse.Told], "7 more")
		is.Equal(len(check.Found()), inuse.Told)

		told = nil
		away := core(func(context.Context) ([]store.SeverityCount, error) { return nil, errors.New("away") })
		check.Follow(&away)
		synctest.Wait()
		is.Equal(told, []string{"away"})

		// A configuration that comes while the one before is looked at counts.
		told = nil
		begun := make(chan struct{})
		slow := core(func(context.Context) ([]store.SeverityCount, error) {
			<-begun
			return []store.SeverityCount{severity("old", 1, 0)}, nil
		})
		check.Follow(&slow)
		synctest.Wait()
		check.Follow(knowing(severity("new", 1, 0)))
		close(begun)
		synctest.Wait()
		is.Equal(told, []string{"new"})

		hanging := core(func(ctx context.Context) ([]store.SeverityCount, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		})
		check.Follow(&hanging)
		synctest.Wait()
		cancel()
		is.NoErr(<-done)
		is.Equal(told, []string{"new"}) // that it was stopped is no trouble
	})
}

func TestSentence(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	is.Equal(inuse.Sentence(severity("MEDIUM", 1, 2)),
		`severity "MEDIUM" is no category of finding/x, but that of 1 finding and 2 rescorings, so that nobody can say how these findings stand; add it to the findings configuration, or have them scanned and decided anew`)
	is.True(strings.Contains(inuse.Sentence(severity("MEDIUM", 0, 1)), `but that of 1 rescoring, so`))
	is.True(strings.Contains(inuse.Sentence(severity("MEDIUM", 3, 0)), `but that of 3 findings, so`))
}
