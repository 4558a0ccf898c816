package worker

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// upload writes a result, the scan info last, and then removes what was found
// before and is not found any more. All of it may be done again.
func (w *Worker) upload(ctx context.Context, id artefact.ID, result Result) error {
	found, err := w.filled(id, result.Entries)
	if err != nil {
		return Permanent(err)
	}
	corrected, err := w.corrected(ctx, id, found)
	if err != nil {
		return fmt.Errorf("correct findings: %w", err)
	}
	entries, err := w.complete(id, corrected, result.ScanInfo)
	if err != nil {
		return Permanent(err)
	}
	if len(entries) > 0 {
		if err := w.core.PutMetadata(ctx, entries); err != nil {
			return fmt.Errorf("store findings: %w", err)
		}
	}
	stale, err := w.vanished(ctx, id, entries)
	if err != nil {
		return fmt.Errorf("find vanished findings: %w", err)
	}
	if len(stale) == 0 {
		return nil
	}
	if err := w.core.DeleteMetadata(ctx, stale); err != nil {
		return fmt.Errorf("remove vanished findings: %w", err)
	}
	return nil
}

// filled returns entries with what the scanner left out.
func (w *Worker) filled(id artefact.ID, found []metadata.Entry) ([]metadata.Entry, error) {
	today := metadata.DateOf(w.cfg.Now())
	entries := make([]metadata.Entry, len(found))
	for i, e := range found {
		if e.Meta.Datasource == "" {
			e.Meta.Datasource = w.cfg.Datasource
		}
		if e.Artefact.Artefact == nil && e.Artefact.ComponentName == nil {
			e.Artefact = id
		}
		if e.DiscoveryDate == "" && strings.HasPrefix(string(e.Meta.Type), findingPrefix) {
			e.DiscoveryDate = today
		}
		if err := w.check(e); err != nil {
			return nil, err
		}
		entries[i] = e
	}
	return entries, nil
}

// complete returns entries with the scan info behind them, if there is to be one, and if
// there is no doubt about any of them.
func (w *Worker) complete(id artefact.ID, found []metadata.Entry, scanInfo any) ([]metadata.Entry, error) {
	byID := make(map[string]metadata.Entry, len(found))
	for _, e := range found {
		twin, twice := byID[e.ID()]
		if twice && string(twin.Data.Raw()) != string(e.Data.Raw()) {
			return nil, fmt.Errorf("two entries of the result have the key %q, one would overwrite the other; "+
				"give type %s the key fields that tell them apart", e.Key(), e.Meta.Type)
		}
		byID[e.ID()] = e
	}
	if w.cfg.NoScanInfo {
		return found, nil
	}
	info, err := w.scanInfo(id, scanInfo)
	return append(slices.Clip(found), info), err
}

// findingPrefix begins the types that have a due date, for which the day of
// discovery is needed.
const findingPrefix = "finding/"

// check refuses entries that would never be cleaned up.
func (w *Worker) check(e metadata.Entry) error {
	if e.Meta.Datasource != w.cfg.Datasource {
		return fmt.Errorf("scanner of datasource %s made an entry of datasource %s", w.cfg.Datasource, e.Meta.Datasource)
	}
	if !slices.Contains(w.cfg.Types, e.Meta.Type) {
		return fmt.Errorf("scanner made an entry of type %q, which is not among its declared types %q", e.Meta.Type, w.cfg.Types)
	}
	return nil
}

// scanInfo is the entry that says that the artefact was scanned.
func (w *Worker) scanInfo(id artefact.ID, info any) (metadata.Entry, error) {
	if info == nil {
		info = json.RawMessage("{}")
	}
	data, err := metadata.NewPayload(metadata.TypeScanInfo, info)
	if err != nil {
		return metadata.Entry{}, fmt.Errorf("write scan info: %w", err)
	}
	return metadata.Entry{
		Artefact: id,
		Meta:     metadata.Meta{Datasource: w.cfg.Datasource, Type: metadata.TypeScanInfo},
		Data:     data,
	}, nil
}

// vanished returns the stored entries of exactly this artefact, of the scanner's
// datasource and types, that are not among the new ones. A scanner that reports for all
// versions of the component is also asked for what it reported there before.
func (w *Worker) vanished(ctx context.Context, id artefact.ID, found []metadata.Entry) ([]metadata.Entry, error) {
	if len(w.cfg.Types) == 0 {
		return nil, nil // a query without types would ask for all
	}
	shared := id
	shared.ComponentVersion = nil
	forAll := false
	present := make(map[string]bool, len(found))
	for _, e := range found {
		present[e.ID()] = true
		forAll = forAll || artefact.Equal(e.Artefact, shared)
	}
	q := store.Query{
		Types: w.cfg.Types, Datasources: []metadata.Datasource{w.cfg.Datasource}, Artefacts: []store.Selector{{ID: id}},
	}
	if forAll {
		versionless := shared
		versionless.ComponentVersion = new("")
		q.Artefacts = append(q.Artefacts, store.Selector{ID: versionless})
	}
	var stale []metadata.Entry
	for e, err := range w.core.QueryMetadata(ctx, q) {
		if err != nil {
			return nil, err
		}
		// The query also finds artefacts that id is less specific than.
		own := artefact.Equal(e.Artefact, id) || forAll && artefact.Equal(e.Artefact, shared)
		if own && !present[e.ID()] {
			stale = append(stale, e)
		}
	}
	return stale, nil
}
