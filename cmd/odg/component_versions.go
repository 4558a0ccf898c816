package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/opendeliverygear/odg/component"
)

type componentVersionsCmd struct {
	componentFlags
	Component string `arg:"" placeholder:"NAME" help:"NAME of the component."`
	Filter    string `default:"any" placeholder:"FILTER" help:"Only these: semver_releases, semver_non_releases, semver_any, any (default), or a regular expression that the whole version matches."`
	Max       int    `placeholder:"N" help:"Only the N greatest of those that remain (default: all)."`
	Since     string `placeholder:"DATE" help:"Only versions that were made on or after DATE (2026-11-01, UTC). Goes down from the greatest, and stops at the first that is older."`
	Until     string `placeholder:"DATE" help:"Only versions that were made on or before DATE."`
	Format    string `enum:"text,json,yaml" default:"text" short:"o" aliases:"output" help:"Output: text (a version per line), json or yaml (a list)."`
}

// Run lists the versions.
func (c *componentVersionsCmd) Run(ctx context.Context, t *terminal) error {
	n, err := parseNamed(c.Component)
	if err != nil {
		return err
	}
	if n.Version != "" {
		return usageError(fmt.Errorf("%s names a version; to see one, use \"odg component get\"", n.ID))
	}
	if c.Max < 0 {
		return usageError(fmt.Errorf("--max=%d is negative; write how many versions you want", c.Max))
	}
	filter, err := component.ParseFilter(c.Filter)
	if err != nil {
		return usageError(err)
	}
	since, until, err := c.days()
	if err != nil {
		return err
	}
	finder, done, err := c.open(ctx, n)
	if err != nil {
		return err
	}
	defer done()
	all, err := finder.Versions(ctx, n.Name)
	if err != nil {
		return lookup(err)
	}
	if len(all) == 0 {
		return lookup(fmt.Errorf("component %s has no versions: %w", n.Name, component.ErrNotFound))
	}
	wanted := slices.DeleteFunc(slices.Clone(all), func(version string) bool { return !filter(version) })
	if c.Since != "" || c.Until != "" {
		if wanted, err = component.CreatedBetween(ctx, finder, n.Name, wanted, since, until); err != nil {
			return lookup(err)
		}
	}
	return c.write(t, c.last(wanted))
}

// last returns as many of the greatest versions as are wanted.
func (c *componentVersionsCmd) last(versions []string) []string {
	if c.Max == 0 {
		return versions
	}
	return versions[max(0, len(versions)-c.Max):]
}

// farAway is later than any version.
var farAway = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

func (c *componentVersionsCmd) days() (since, until time.Time, err error) {
	until = farAway
	for _, flag := range []struct {
		name, text string
		day        *time.Time
	}{{"since", c.Since, &since}, {"until", c.Until, &until}} {
		if flag.text == "" {
			continue
		}
		if *flag.day, err = time.Parse(time.DateOnly, flag.text); err != nil {
			return since, until, usageError(fmt.Errorf("--%s=%s is no date; write 2026-11-01", flag.name, flag.text))
		}
	}
	if until.Before(since) {
		return since, until, usageError(fmt.Errorf("--until=%s is before --since=%s", c.Until, c.Since))
	}
	return since, until, nil
}

func (c *componentVersionsCmd) write(t *terminal, versions []string) error {
	if c.Format != "text" {
		return writeDocument(t.stdout, c.Format, append([]string{}, versions...))
	}
	for _, version := range versions {
		if _, err := fmt.Fprintln(t.stdout, printable(version)); err != nil {
			return err
		}
	}
	return nil
}
