package component

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Greatest is the version that stands for the greatest one.
const Greatest = "greatest"

// Choice says which versions of a component are wanted. The zero Choice wants the
// greatest version.
type Choice struct {
	// Version is the only version wanted, unless it is empty or [Greatest].
	Version string
	// Filter is what a version must pass; it does not apply to an explicit one.
	Filter Filter
	// Limit is how many of the greatest versions are wanted, 1 if 0.
	Limit int
	// Days wants the versions that were made in a range of days, in place of Limit.
	Days *Days
}

// Days is a range of days relative to today, both inclusive, in UTC: {-365, 0} is
// the last year.
type Days struct {
	From, To int
}

// VersionFinder lists versions and resolves them.
type VersionFinder interface {
	VersionLister
	Resolver
}

// Choose returns the versions of a component that c wants, in ascending order. An
// explicit version is returned as it is, whether it exists or not. The error
// wraps [ErrNotFound] if no version passes the filter; a range of days may be
// empty.
func Choose(ctx context.Context, f VersionFinder, name string, c Choice, now time.Time) ([]string, error) {
	if c.Version != "" && c.Version != Greatest {
		return []string{c.Version}, nil
	}
	all, err := f.Versions(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("list versions of component %s: %w", name, err)
	}
	wanted := slices.DeleteFunc(slices.Clone(all), func(version string) bool { return !c.Filter.wants(version) })
	switch {
	case len(all) == 0:
		return nil, fmt.Errorf("component %s has no versions: %w", name, ErrNotFound)
	case len(wanted) == 0:
		return nil, fmt.Errorf("component %s has %d versions, but none passes the version filter: %w", name, len(all), ErrNotFound)
	case c.Days != nil:
		today := now.UTC().Truncate(24 * time.Hour)
		return CreatedBetween(ctx, f, name, wanted, today.AddDate(0, 0, c.Days.From), today.AddDate(0, 0, c.Days.To))
	}
	limit := min(max(c.Limit, 1), len(wanted))
	return wanted[len(wanted)-limit:], nil
}

// CreatedBetween returns those of versions, which are in ascending order, that
// were made on the days from first to last, both inclusive and in UTC. As ODG
// does, it goes down from the greatest and stops at the first that is older, so a
// late patch of an old line is not found. Versions that do not tell when they
// were made are left out.
func CreatedBetween(ctx context.Context, r Resolver, name string, versions []string, first, last time.Time) ([]string, error) {
	first = first.UTC().Truncate(24 * time.Hour)
	end := last.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1)
	var between []string
	for _, version := range slices.Backward(versions) {
		d, err := r.Descriptor(ctx, ID{Name: name, Version: version})
		if err != nil {
			return nil, fmt.Errorf("find out when component version %s:%s was made: %w", name, version, err)
		}
		created, ok := d.Created()
		if ok && created.Before(first) {
			break
		}
		if ok && created.Before(end) {
			between = append(between, version)
		}
	}
	slices.Reverse(between)
	return between, nil
}
