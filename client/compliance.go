package client

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/metadata"
)

// Compliance tells how a component version stands, and those that it refers to over at
// most so many steps; a negative number of steps is as many as there are. There is one
// element per path from the root, the root itself first. Types of findings are those of
// the server's default profile.
func (c Components) Compliance(ctx context.Context, id component.ID, steps int) ([]odg.ComponentStanding, error) {
	query := c.lookup.of(id)
	query.Set("version", id.Version)
	query.Set("recursion_depth", strconv.Itoa(max(steps, -1)))
	data, err := c.client.fetch(ctx, call{method: http.MethodGet, path: "/components/compliance-summary", query: query})
	if err != nil {
		return nil, fmt.Errorf("compliance of %s: %w", id, err)
	}
	var form struct {
		Summary []summaryForm `json:"complianceSummary"`
	}
	if err := json.Unmarshal(data, &form); err != nil {
		return nil, fmt.Errorf("compliance of %s: read answer: %w", id, err)
	}
	all := make([]odg.ComponentStanding, len(form.Summary))
	for i, s := range form.Summary {
		if all[i], err = s.standing(); err != nil {
			return nil, fmt.Errorf("compliance of %s: read answer: complianceSummary[%d].%w", id, i, err)
		}
	}
	return all, nil
}

// summaryForm is a component of the answer.
type summaryForm struct {
	ID struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	} `json:"componentId"`
	Entries   []standingForm `json:"entries"`
	Artefacts []struct {
		Artefact json.RawMessage `json:"artefact"`
		Entries  []standingForm  `json:"entries"`
	} `json:"artefacts"`
}

type standingForm struct {
	Type           metadata.Type       `json:"type"`
	Source         metadata.Datasource `json:"source"`
	Categorisation string              `json:"categorisation"`
	Value          int                 `json:"value"`
	ScanStatus     string              `json:"scanStatus"`
}

func (s summaryForm) standing() (odg.ComponentStanding, error) {
	c := odg.ComponentStanding{ID: component.ID{Name: s.ID.Name, Version: s.ID.Version}, Standings: standings(s.Entries)}
	for i, a := range s.Artefacts {
		id, err := artefact.Parse(a.Artefact)
		if err != nil {
			return c, fmt.Errorf("artefacts[%d].artefact: %w", i, err)
		}
		c.Artefacts = append(c.Artefacts, odg.ArtefactStanding{Artefact: id, Standings: standings(a.Entries)})
	}
	return c, nil
}

func standings(forms []standingForm) (list []odg.Standing) {
	for _, f := range forms {
		list = append(list, odg.Standing{
			Type: f.Type, Source: f.Source, Scanned: f.ScanStatus != "no_data", Categorisation: f.Categorisation, Value: f.Value,
		})
	}
	return list
}
