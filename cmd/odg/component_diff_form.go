package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/opendeliverygear/odg/component"
)

// diffForm is a difference as JSON. Fields are added, never renamed.
type diffForm struct {
	Left    component.ID   `json:"left"`
	Right   component.ID   `json:"right"`
	Added   []component.ID `json:"added"`
	Removed []component.ID `json:"removed"`
	Changed []changeForm   `json:"changed"`
	Faults  []faultForm    `json:"faults"`
}

type changeForm struct {
	From      component.ID        `json:"from"`
	To        component.ID        `json:"to"`
	Resources resourceChangesForm `json:"resources"`
	Labels    labelChangesForm    `json:"labels"`
}

type resourceChangesForm struct {
	Added   []resourceForm       `json:"added"`
	Removed []resourceForm       `json:"removed"`
	Changed []resourceChangeForm `json:"changed"`
}

type resourceChangeForm struct {
	From resourceForm `json:"from"`
	To   resourceForm `json:"to"`
	// What has changed: version, type, digest, extraIdentity, labels.
	What   []string         `json:"what"`
	Labels labelChangesForm `json:"labels"`
}

type resourceForm struct {
	Name    string            `json:"name"`
	Version string            `json:"version"`
	Type    string            `json:"type"`
	ExtraID map[string]string `json:"extra_id,omitempty"`
	Digest  *component.Digest `json:"digest,omitempty"`
}

// labelChangesForm has the names of labels.
type labelChangesForm struct {
	Added   []string `json:"added"`
	Removed []string `json:"removed"`
	Changed []string `json:"changed"`
}

func diffFormOf(left, right *component.Graph) diffForm {
	diff := component.Diff(left, right)
	form := diffForm{
		Left: left.Roots[0], Right: right.Roots[0], Faults: faultsOf(left, right),
		Added: append([]component.ID{}, diff.Added...), Removed: append([]component.ID{}, diff.Removed...),
	}
	form.Changed = forms(diff.Changed, func(c component.Change) changeForm {
		return changeForm{From: c.From, To: c.To, Labels: labelChangesFormOf(c.Labels), Resources: resourceChangesForm{
			Added: forms(c.Resources.Added, resourceFormOf), Removed: forms(c.Resources.Removed, resourceFormOf),
			Changed: forms(c.Resources.Changed, resourceChangeFormOf),
		}}
	})
	return form
}

// forms makes a list that is never null.
func forms[T, U any](list []T, form func(T) U) []U {
	all := make([]U, len(list))
	for i, v := range list {
		all[i] = form(v)
	}
	return all
}

func resourceFormOf(r component.Resource) resourceForm {
	return resourceForm{r.Name, r.Version, r.Type, r.ExtraIdentity, r.Digest}
}

func resourceChangeFormOf(c component.ResourceChange) resourceChangeForm {
	return resourceChangeForm{
		From: resourceFormOf(c.From), To: resourceFormOf(c.To), What: append([]string{}, c.What()...), Labels: labelChangesFormOf(c.Labels),
	}
}

func labelChangesFormOf(c component.LabelChanges) labelChangesForm {
	name := func(l component.Label) string { return l.Name }
	return labelChangesForm{
		Added: forms(c.Added, name), Removed: forms(c.Removed, name),
		Changed: forms(c.Changed, func(l component.LabelChange) string { return l.To.Name }),
	}
}

func (f diffForm) empty() bool { return len(f.Added)+len(f.Removed)+len(f.Changed) == 0 }

// title names both sides, the name once if it is the same.
func (c changeForm) title() string {
	if c.From.Name != c.To.Name {
		return fmt.Sprintf("%s → %s", c.From, c.To)
	}
	return fmt.Sprintf("%s → %s", c.From, c.To.Version)
}

// String names a resource for people.
func (r resourceForm) String() string { return withExtraID(joined(r.Name, r.Version), r.ExtraID) }

func (c resourceChangeForm) title() string {
	title := c.From.String()
	if slices.Contains(c.What, "version") {
		title += " → " + c.To.Version
	}
	rest := slices.DeleteFunc(slices.Clone(c.What), func(what string) bool { return what == "version" })
	if len(rest) > 0 {
		title += " (" + strings.Join(rest, ", ") + ")"
	}
	return title
}

// lines are the names of labels, after the mark of what happened to them.
func (c labelChangesForm) lines() (lines []string) {
	for _, part := range []struct {
		mark  string
		names []string
	}{{"-", c.Removed}, {"+", c.Added}, {"~", c.Changed}} {
		for _, name := range part.names {
			lines = append(lines, part.mark+name)
		}
	}
	return lines
}
