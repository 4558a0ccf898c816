package osid

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/scan/image"
	"github.com/opendeliverygear/odg/scan/osid/eol"
	"github.com/opendeliverygear/odg/worker"
)

var _ worker.Scanner = (*Scanner)(nil)

// Service is the id of this scanner in backlog and configuration.
const Service = "osid"

// Repositories finds the repository that holds an artefact.
type Repositories interface {
	// Repository returns the repository from which the component version of id comes.
	Repository(ctx context.Context, id artefact.ID) (component.Repository, error)
}

// Config of a [Scanner]. The zero Config works.
type Config struct {
	// ExtendedSupport counts a branch as supported until the end of its extended
	// support (LTS, ESM, …). By default the end of the regular support counts.
	ExtendedSupport bool
	// Image bounds what reading an image may cost.
	Image image.Config
	// Now is the clock, by default [time.Now].
	Now func() time.Time
}

// Scanner finds out what images run. Make one with [New]. It is safe for
// concurrent use if its collaborators are.
type Scanner struct {
	repos   Repositories
	data    eol.Products
	finding *findingcfg.Finding
	cfg     Config
}

// New returns a scanner of images in repos that judges by data and rates by finding,
// the configuration of [metadata.TypeOSIDFinding]; nil rates nothing, so that only
// what runs is reported. data and finding must not change any more.
func New(repos Repositories, data eol.Products, finding *findingcfg.Finding, cfg Config) *Scanner {
	if finding == nil {
		finding = &findingcfg.Finding{}
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Scanner{repos: repos, data: data, finding: finding, cfg: cfg}
}

// Scan implements [worker.Scanner]. It returns one entry of type
// [metadata.TypeOSID], and one of type [metadata.TypeOSIDFinding] per distribution
// whose status is rated. The error wraps [worker.ErrUnsupported], one of
// [image.Reader.Read], or one of the repository; faults of the image itself are
// [worker.Permanent].
func (s *Scanner) Scan(ctx context.Context, id artefact.ID) (worker.Result, error) {
	if err := supported(id); err != nil {
		return worker.Result{}, err
	}
	roots, err := s.read(ctx, id)
	if err != nil {
		return worker.Result{}, classify(err)
	}
	now := s.cfg.Now().UTC()
	systems, err := s.assess(roots, now)
	if err != nil {
		return worker.Result{}, classify(err)
	}
	entries, err := s.entries(id, systems, now)
	return worker.Result{Entries: entries}, err
}

// read returns what the image of id holds of [Files].
func (s *Scanner) read(ctx context.Context, id artefact.ID) ([]*image.Root, error) {
	repo, err := s.repos.Repository(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("find its repository: %w", err)
	}
	of := component.ID{Name: artefact.Text(id.ComponentName), Version: artefact.Text(id.ComponentVersion)}
	descriptor, err := repo.Descriptor(ctx, of)
	if err != nil {
		return nil, fmt.Errorf("read descriptor of %s: %w", of, err)
	}
	res, err := resource(descriptor, id.Local())
	if err != nil {
		return nil, err
	}
	return image.New(repo, s.cfg.Image).Read(ctx, of, res, Files()...)
}

// classify tells the worker if another attempt could help. What an image is does
// not change, as its content is known by its digest.
func classify(err error) error {
	is := func(target error) bool { return errors.Is(err, target) }
	switch {
	case is(image.ErrElsewhere), is(image.ErrAccess):
		return fmt.Errorf("%w: %w", worker.ErrUnsupported, err)
	case is(image.ErrNotImage), is(image.ErrCorrupt), is(image.ErrBudget):
		return worker.Permanent(err)
	}
	return err
}

// supportedType is the beginning of the artefact types that are scanned.
const supportedType = "ociImage"

func supported(id artefact.ID) error {
	switch {
	case id.Kind != artefact.KindResource:
		return fmt.Errorf("%w by osid: kind is %q, want %q", worker.ErrUnsupported, id.Kind, artefact.KindResource)
	case !strings.HasPrefix(artefact.Text(id.Local().Type), supportedType):
		return fmt.Errorf("%w by osid: type is %q, want %q", worker.ErrUnsupported, artefact.Text(id.Local().Type), supportedType)
	}
	return nil
}

// resource finds the resource that is called local.
func resource(d *component.Descriptor, local artefact.LocalID) (component.Resource, error) {
	i := slices.IndexFunc(d.Resources, func(r component.Resource) bool {
		own := artefact.LocalID{Name: &r.Name, Version: &r.Version, Type: &r.Type, ExtraID: r.ExtraIdentity}
		return own.Key() == local.Key()
	})
	if i < 0 {
		return component.Resource{}, fmt.Errorf("resource %s of %s: %w", local.Key(), d.ID, component.ErrNotFound)
	}
	return d.Resources[i], nil
}
