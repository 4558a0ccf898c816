package responsibles

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/extcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/responsible"
)

// Source is where identifiers are from that this package writes.
const Source = string(metadata.SourceResponsibles)

// Team is a team on GitHub.
type Team struct {
	Hostname string // of the server, such as github.com
	Name     string // ORG/TEAM
}

// String names the team for people.
func (t Team) String() string { return t.Hostname + "/" + t.Name }

// Facts are what rules ask for about an artefact.
type Facts struct {
	// Component are those who are responsible by the component descriptor.
	Component []responsible.Party
	// Members are the logins of those who are in a team.
	Members map[Team][]string
}

// Asked is which [Facts] must be known.
type Asked struct {
	Component bool
	Teams     []Team // each once
}

// Needs tells what the rules ask for about an artefact.
func Needs(id artefact.ID, cfg Config) (asked Asked) {
	for _, f := range cfg.concerned(id) {
		for _, strategy := range f.rule.Strategies {
			asked.Component = asked.Component || strategy.Type == extcfg.StrategyComponent
			for _, r := range strategy.Responsibles {
				if team := (Team{r.Hostname, r.Teamname}); r.Type == extcfg.ResponsibleTeam && !slices.Contains(asked.Teams, team) {
					asked.Teams = append(asked.Teams, team)
				}
			}
		}
	}
	return asked
}

// Assign returns who is responsible for the findings of an artefact, one entry for each
// type of findings that a rule is about, in the order of the configuration. Everybody is
// named once, in the order of the strategies.
func Assign(id artefact.ID, cfg Config, f Facts) ([]metadata.Entry, error) {
	var entries []metadata.Entry
	for _, c := range cfg.concerned(id) {
		e, err := assigned(id, c, f)
		if err != nil {
			return nil, fmt.Errorf("responsibles for %s: %w", c.about, err)
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// concern is a type of findings with the rule that is about it.
type concern struct {
	about metadata.Type
	rule  *extcfg.ResponsibleRule
}

// concerned returns the types of findings that concern an artefact and have a rule.
func (cfg Config) concerned(id artefact.ID) (list []concern) {
	if cfg.Rules == nil || cfg.Findings == nil {
		return nil
	}
	for i := range cfg.Findings.Findings {
		f := &cfg.Findings.Findings[i]
		if first, _ := cfg.Findings.For(f.Type); first != f || !f.Matches(id) {
			continue
		}
		if rule, ok := cfg.Rules.Rule(id, f.Type); ok {
			list = append(list, concern{f.Type, rule})
		}
	}
	return list
}

func assigned(id artefact.ID, c concern, f Facts) (metadata.Entry, error) {
	data, err := metadata.NewPayload(metadata.TypeResponsibles, metadata.ResponsibleInfo{ReferencedType: c.about})
	if err != nil {
		return metadata.Entry{}, err
	}
	people, err := json.Marshal(parties(c.rule, f))
	if err != nil {
		return metadata.Entry{}, err
	}
	e := metadata.Entry{
		Artefact: id, Data: data,
		Meta: metadata.Meta{Datasource: metadata.SourceResponsibles, Type: metadata.TypeResponsibles, Responsibles: people},
	}
	if mode := c.rule.AssigneeMode; mode != "" {
		e.Meta.AssigneeMode = &mode
	}
	return e, nil
}

// parties are those whom a rule names, as metadata has them.
func parties(rule *extcfg.ResponsibleRule, f Facts) []metadata.Responsible {
	list := []metadata.Responsible{}
	known := map[string]bool{}
	add := func(hostname, username string) {
		if account := strings.ToLower(hostname + "/" + username); !known[account] {
			known[account] = true
			list = append(list, metadata.Responsible{Identifiers: []metadata.Object{metadata.ObjectOf(metadata.GitHubIdentifier{
				Source: Source, Type: string(responsible.GitHubUser), Username: username, GitHubHostname: hostname,
			})}})
		}
	}
	for _, strategy := range rule.Strategies {
		if strategy.Type == extcfg.StrategyComponent {
			for _, account := range accounts(f.Component) {
				add(account.GitHubHostname, account.Username)
			}
		}
		for _, r := range strategy.Responsibles {
			if r.Type == extcfg.ResponsibleUser {
				add(r.Hostname, r.Username)
				continue
			}
			for _, member := range f.Members[Team{r.Hostname, r.Teamname}] {
				add(r.Hostname, member)
			}
		}
	}
	return list
}

// accounts are the accounts of GitHub of some people: nobody can be assigned by another
// identifier.
func accounts(people []responsible.Party) (list []responsible.Identifier) {
	for _, party := range people {
		for _, identifier := range party {
			if identifier.Type == responsible.GitHubUser {
				list = append(list, identifier)
			}
		}
	}
	return list
}
