package responsibles

import (
	"context"
	"errors"
	"fmt"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/extcfg"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/responsible"
	"github.com/opendeliverygear/odg/worker"
)

// Service is the id of the extension in the backlog.
const Service = extcfg.ServiceResponsibles

// Components know who is responsible by the component descriptor. client.Components are
// some, and so is [Descriptors].
type Components interface {
	// Responsibles returns those of an artefact of a component version. The error wraps
	// [responsible.ErrNoArtefact], or [component.ErrNotFound], if there is none.
	Responsibles(ctx context.Context, id component.ID, artefact string) (responsible.Result, error)
}

// Teams know who is in a team on GitHub.
type Teams interface {
	// Members returns the logins of those who are in the team.
	Members(ctx context.Context, team Team) ([]string, error)
}

// Config says what rules there are, and who is asked. The zero Config has no rules.
type Config struct {
	Rules    *extcfg.Responsibles // nil has none
	Findings *findingcfg.Config   // whose types of findings count; nil has none
	// Teams is asked for the members of teams. With nil, artefacts with a rule that
	// names a team are refused: who is missing would not be noticed.
	Teams Teams
}

// Scanner finds out who is responsible for the findings of artefacts. It is safe for
// concurrent use if those whom it asks are.
type Scanner struct {
	components Components
	cfg        Config
}

var _ worker.Scanner = (*Scanner)(nil)

// New returns a scanner that asks components.
func New(components Components, cfg Config) *Scanner { return &Scanner{components, cfg} }

// Scan implements [worker.Scanner].
func (s *Scanner) Scan(ctx context.Context, id artefact.ID) (worker.Result, error) {
	asked := Needs(id, s.cfg)
	facts := Facts{Members: map[Team][]string{}}
	var err error
	if asked.Component {
		if facts.Component, err = s.component(ctx, id); err != nil {
			return worker.Result{}, err
		}
	}
	for _, team := range asked.Teams {
		if facts.Members[team], err = s.members(ctx, team); err != nil {
			return worker.Result{}, err
		}
	}
	entries, err := Assign(id, s.cfg, facts)
	return worker.Result{Entries: entries}, err
}

// component asks who is responsible by the component descriptor: nobody, if there is
// none, as for what only runs somewhere.
func (s *Scanner) component(ctx context.Context, id artefact.ID) ([]responsible.Party, error) {
	name, version := artefact.Text(id.ComponentName), artefact.Text(id.ComponentVersion)
	if name == "" || version == "" {
		return nil, nil
	}
	found, err := s.components.Responsibles(ctx, component.ID{Name: name, Version: version}, artefact.Text(id.Local().Name))
	if errors.Is(err, responsible.ErrNoArtefact) || errors.Is(err, component.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find out who is responsible: %w", err)
	}
	return found.Responsibles, nil
}

func (s *Scanner) members(ctx context.Context, team Team) ([]string, error) {
	if s.cfg.Teams == nil {
		return nil, worker.Permanent(fmt.Errorf("a rule names GitHub team %s, and nobody here may ask for its members; give a secret of type github, or list them as githubUser", team))
	}
	members, err := s.cfg.Teams.Members(ctx, team)
	if err != nil {
		return nil, fmt.Errorf("members of GitHub team %s: %w", team, err)
	}
	return members, nil
}

// Descriptors find out who is responsible by component descriptors, where no ODG Core is
// asked.
type Descriptors struct {
	component.Resolver
	Book *responsible.AddressBook // knows more accounts of people; nil knows nobody
}

var _ Components = Descriptors{}

// Responsibles implements [Components].
func (d Descriptors) Responsibles(ctx context.Context, id component.ID, artefact string) (responsible.Result, error) {
	descriptor, err := d.Descriptor(ctx, id)
	if err != nil {
		return responsible.Result{}, err
	}
	found, err := responsible.Of(descriptor, artefact)
	found.Responsibles = d.Book.Enrich(found.Responsibles)
	return found, err
}
