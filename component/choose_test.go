package component_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
)

var now = time.Date(2026, 11, 20, 23, 30, 0, 0, time.UTC)

// released is a repository of component a, whose versions were made on days of
// November 2026, and of b without versions.
func released() *memory {
	m := tree("a@1.0.0", "a@1.1.0", "a@1.2.0-rc.1", "a@1.2.0", "a@latest", "a@2.0.0")
	for version, day := range map[string]string{"1.0.0": "01", "1.1.0": "10", "1.2.0-rc.1": "15", "1.2.0": "18", "2.0.0": "20"} {
		m.descriptors[node("a@"+version)].CreationTime = "2026-11-" + day + "T12:00:00Z"
	}
	return m
}

func TestChoose(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		choice component.Choice
		want   string
	}{
		"greatest":             {component.Choice{}, "2.0.0"},
		"greatest by name":     {component.Choice{Version: component.Greatest}, "2.0.0"},
		"explicit":             {component.Choice{Version: "7.7.7", Filter: component.Releases}, "7.7.7"},
		"three":                {component.Choice{Limit: 3}, "1.2.0-rc.1 1.2.0 2.0.0"},
		"three releases":       {component.Choice{Limit: 3, Filter: component.Releases}, "1.1.0 1.2.0 2.0.0"},
		"more than there are":  {component.Choice{Limit: 99, Filter: component.NonReleases}, "1.2.0-rc.1"},
		"last days":            {component.Choice{Days: &component.Days{From: -5}}, "1.2.0-rc.1 1.2.0 2.0.0"},
		"days before":          {component.Choice{Days: &component.Days{From: -10, To: -2}, Limit: 1}, "1.1.0 1.2.0-rc.1 1.2.0"},
		"releases of the days": {component.Choice{Days: &component.Days{From: -10, To: -2}, Filter: component.Releases}, "1.1.0 1.2.0"},
		"no such days":         {component.Choice{Days: &component.Days{From: -40, To: -30}}, ""},
		"a year":               {component.Choice{Days: &component.Days{From: -365}}, "1.0.0 1.1.0 1.2.0-rc.1 1.2.0 2.0.0"},
	} {
		t.Run(name, func(t *testing.T) {
			is := is.New(t)
			got, err := component.Choose(t.Context(), released(), "a", c.choice, now)
			is.NoErr(err)
			is.Equal(strings.Join(got, " "), c.want)
		})
	}
}

func TestChooseFaults(t *testing.T) {
	t.Parallel()
	down := errors.New("registry down")
	unreachable, unreadable := released(), released()
	unreachable.faults[component.ID{Name: "a"}] = down
	unreadable.faults[node("a@1.2.0")] = down
	for name, c := range map[string]struct {
		from   *memory
		name   string
		choice component.Choice
		want   error
		says   string
	}{
		"unknown component": {released(), "b", component.Choice{}, component.ErrNotFound, "component b has no versions"},
		"nothing passes":    {released(), "a", component.Choice{Filter: func(string) bool { return false }}, component.ErrNotFound, "6 versions, but none passes"},
		"no list":           {unreachable, "a", component.Choice{}, down, "list versions of component a"},
		"no descriptor":     {unreadable, "a", component.Choice{Days: &component.Days{From: -365}}, down, "find out when component version a:1.2.0 was made"},
	} {
		t.Run(name, func(t *testing.T) {
			is := is.New(t)
			_, err := component.Choose(t.Context(), c.from, c.name, c.choice, now)
			is.True(errors.Is(err, c.want))
			is.True(strings.Contains(err.Error(), c.says))
		})
	}
}
