package kube

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/opendeliverygear/odg/artefact"
)

// Artefact returns the identity that the resource names. The error is a
// *[MalformedError] if ODG cannot store anything about it: it cannot be read, is
// of no known kind, or refers to other artefacts.
func (r *RuntimeArtefact) Artefact() (artefact.ID, error) {
	faults := slices.Clone(r.Spec.Faults)
	id := r.Spec.Artefact
	if empty(id) && len(faults) == 0 {
		faults = append(faults, Fault{"spec.artefact", "is missing or says nothing"})
	}
	if err := id.Kind.Validate(); err != nil {
		faults = append(faults, Fault{"spec.artefact.artefact_kind", err.Error()})
	}
	if len(id.References) > 0 {
		faults = append(faults, Fault{"spec.artefact.references", "want none, as they are never stored"})
	}
	if len(faults) > 0 {
		return artefact.ID{}, &MalformedError{Kind: KindRuntimeArtefact, Name: r.Name, Faults: faults}
	}
	return id, nil
}

// ReadRuntimeArtefacts returns the identities of all runtime artefacts, each once,
// in the order of their resources' names, and for each resource that cannot be used
// why, in the same order. One that is malformed does not keep others from being read.
// The error is one of the API server, which leaves nothing to go on with.
func (c *Client) ReadRuntimeArtefacts(ctx context.Context) ([]artefact.ID, []*MalformedError, error) {
	var ids []artefact.ID
	var malformed []*MalformedError
	seen := map[string]bool{}
	for resource, err := range c.ListRuntimeArtefacts(ctx, "") {
		if err != nil {
			return nil, nil, fmt.Errorf("list runtime artefacts of namespace %s: %w", c.Namespace(), err)
		}
		id, err := resource.Artefact()
		var bad *MalformedError
		if errors.As(err, &bad) {
			malformed = append(malformed, bad)
			continue
		}
		if key := id.Key(); !seen[key] {
			seen[key] = true
			ids = append(ids, id)
		}
	}
	return ids, malformed, nil
}

// RuntimeSource gives runtime artefacts one by one, as package enumerator asks for
// them.
type RuntimeSource struct{ Client *Client }

// RuntimeArtefacts yields what [Client.ReadRuntimeArtefacts] returns, and after
// them its errors.
func (s RuntimeSource) RuntimeArtefacts(ctx context.Context) iter.Seq2[artefact.ID, error] {
	return func(yield func(artefact.ID, error) bool) {
		ids, malformed, err := s.Client.ReadRuntimeArtefacts(ctx)
		for _, id := range ids {
			if !yield(id, nil) {
				return
			}
		}
		for _, bad := range malformed {
			if !yield(artefact.ID{}, bad) {
				return
			}
		}
		if err != nil {
			yield(artefact.ID{}, err)
		}
	}
}
