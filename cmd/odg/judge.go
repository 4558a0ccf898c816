package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/enumerator"
	"github.com/opendeliverygear/odg/extcfg"
)

// assess tells how everything stands, and in words what could not be judged.
func (s *site) assess(ctx context.Context) (odg.Assessment, []string, error) {
	a, err := s.core.Assess(ctx, s.scanners()...)
	if err != nil {
		return odg.Assessment{}, nil, err
	}
	parked, err := s.queue.List(ctx, backlog.Filter{Parked: new(true)})
	if err != nil {
		return odg.Assessment{}, nil, err
	}
	unable, err := s.unresolved(ctx)
	if err != nil {
		return odg.Assessment{}, nil, err
	}
	unable = append(unable, unscanned(a.Unscanned)...)
	unable = append(unable, unjudged(a.Findings)...)
	for _, item := range parked {
		if item.Service == extcfg.ServiceResponsibles {
			continue // how findings stand does not depend on who is responsible
		}
		unable = append(unable, fmt.Sprintf("%[1]s is parked: %[2]s; mend the cause, then odg backlog replay %[1]s", item.Name(), item.LastError))
	}
	return a, unable, nil
}

// unresolved says which watched components nothing is known about.
func (s *site) unresolved(ctx context.Context) ([]string, error) {
	components, err := enumerator.Unresolved(ctx, s.core, enumerator.Components(s.extensions))
	if err != nil {
		return nil, err
	}
	unable := []string{}
	for _, c := range components {
		unable = append(unable, fmt.Sprintf("component %s was never resolved; odg run says why", c.Name))
	}
	return unable, nil
}

// unscannedRow is an artefact without a scan, as JSON.
type unscannedRow struct {
	Service  string      `json:"service"`
	Artefact artefact.ID `json:"artefact"`
}

func unscannedRows(a odg.Assessment) []unscannedRow {
	rows := make([]unscannedRow, len(a.Unscanned))
	for i, u := range a.Unscanned {
		rows[i] = unscannedRow{u.Service, u.Artefact}
	}
	return rows
}

// shown is how many artefacts a message names.
const shown = 3

// firstOf names as many as a message does.
func firstOf(names []string) string {
	list := strings.Join(names[:min(shown, len(names))], ", ")
	if len(names) > shown {
		list += ", …"
	}
	return list
}

// unscanned says per service which artefacts were not scanned.
func unscanned(all []odg.Unscanned) []string {
	byService := map[string][]string{}
	for _, u := range all {
		byService[u.Service] = append(byService[u.Service], describe(u.Artefact))
	}
	sentences := []string{}
	for _, service := range slices.Sorted(maps.Keys(byService)) {
		names := byService[service]
		sentences = append(sentences, fmt.Sprintf("%s not scanned by %s: %s", count(len(names), "artefact"), service, firstOf(names)))
	}
	return sentences
}

// unjudged says which findings could not be judged, those for the same reason in one
// sentence: a category that was dropped is the reason for many.
func unjudged(findings []odg.Finding) []string {
	byReason := map[string][]string{}
	for _, f := range findings {
		if f.Err != nil {
			byReason[f.Err.Error()] = append(byReason[f.Err.Error()], fmt.Sprintf("%s of %s", f.Subject(), describe(f.Entry.Artefact)))
		}
	}
	sentences := []string{}
	for _, reason := range slices.Sorted(maps.Keys(byReason)) {
		names := byReason[reason]
		sentences = append(sentences, fmt.Sprintf("%s: %s (%s)", count(len(names), "finding"), reason, firstOf(names)))
	}
	return sentences
}

// expects tells if a scan info of a service is expected for an artefact. The
// access type is not part of an identity, so any that is supported counts.
func expects(e enumerator.Extension) func(artefact.ID) bool {
	return func(id artefact.ID) bool {
		local := id.Local()
		for _, access := range []string{"ociRegistry", "localBlob/v1", "s3"} {
			if e.Wants(id) && extcfg.Supports(e.Service, id.Kind, access, artefact.Text(local.Type)) {
				return true
			}
		}
		return false
	}
}
