package component

import (
	"cmp"
	"maps"
	"slices"
)

// Difference is what has changed from one graph to another.
type Difference struct {
	// Added and Removed are component versions whose names are in one graph only.
	Added, Removed []ID
	// Changed are components that both graphs have, in different versions.
	Changed []Change
}

// Change is what has changed from one component version to another.
type Change struct {
	From, To  ID
	Resources ResourceChanges
	Labels    LabelChanges
}

// ResourceChanges is what has changed in the resources of a component.
type ResourceChanges struct {
	Added, Removed []Resource
	Changed        []ResourceChange
}

// ResourceChange is a resource before and after, and what changed in its labels.
type ResourceChange struct {
	From, To Resource
	Labels   LabelChanges
}

// Diff compares two graphs. A component version of left that right lacks is
// compared with the first one of the same name in right that left lacks, else
// with the first of the same name. What could not be resolved counts as there,
// but has no content. Equal graphs give an empty Difference. All lists are in the
// order of the graphs.
func Diff(left, right *Graph) Difference {
	var diff Difference
	inLeft, inRight := byName(left), byName(right)
	for _, node := range left.Nodes {
		switch others := inRight[node.ID.Name]; {
		case len(others) == 0:
			diff.Removed = append(diff.Removed, node.ID)
		case right.Node(node.ID) == nil:
			diff.Changed = append(diff.Changed, compareNodes(node, counterpart(others, left)))
		}
	}
	for _, node := range right.Nodes {
		if len(inLeft[node.ID.Name]) == 0 {
			diff.Added = append(diff.Added, node.ID)
		}
	}
	return diff
}

func byName(g *Graph) map[string][]*Node {
	names := map[string][]*Node{}
	for _, node := range g.Nodes {
		names[node.ID.Name] = append(names[node.ID.Name], node)
	}
	return names
}

// counterpart returns the first of nodes that is not in left, else the first.
func counterpart(nodes []*Node, left *Graph) *Node {
	for _, node := range nodes {
		if left.Node(node.ID) == nil {
			return node
		}
	}
	return nodes[0]
}

func compareNodes(from, to *Node) Change {
	empty := &Descriptor{}
	change := Compare(cmp.Or(from.Descriptor, empty), cmp.Or(to.Descriptor, empty))
	change.From, change.To = from.ID, to.ID
	return change
}

// Compare compares two component versions. Resources are the same if name and
// extra identity without "version" are equal; where several are, equal versions
// belong together first, and the rest in ascending order. A resource has changed
// if version, type, digest or labels have. Where it is stored does not count,
// because transfers change that.
func Compare(left, right *Descriptor) Change {
	change := Change{From: left.ID, To: right.ID, Labels: compareLabels(left.Labels, right.Labels)}
	before, after := resourceGroups(left), resourceGroups(right)
	for _, group := range groupOrder(left, right) {
		change.Resources.compare(before[group], after[group])
	}
	return change
}

func resourceGroups(d *Descriptor) map[string][]Resource {
	groups := map[string][]Resource{}
	for _, r := range d.Resources {
		groups[r.group()] = append(groups[r.group()], r)
	}
	for _, group := range groups {
		slices.SortStableFunc(group, func(a, b Resource) int { return CompareVersions(a.Version, b.Version) })
	}
	return groups
}

// groupOrder returns the groups of both in the order of the documents, each once.
func groupOrder(descriptors ...*Descriptor) []string {
	var order []string
	seen := map[string]bool{}
	for _, d := range descriptors {
		for _, r := range d.Resources {
			if group := r.group(); !seen[group] {
				seen[group] = true
				order = append(order, group)
			}
		}
	}
	return order
}

// compare pairs the resources of one group.
func (c *ResourceChanges) compare(before, after []Resource) {
	var old, rest []Resource
	rest = slices.Clone(after)
	for _, r := range before {
		i := slices.IndexFunc(rest, func(s Resource) bool { return s.Version == r.Version })
		if i < 0 {
			old = append(old, r)
			continue
		}
		c.pair(r, rest[i])
		rest = slices.Delete(rest, i, i+1)
	}
	pairs := min(len(old), len(rest))
	for i := range pairs {
		c.pair(old[i], rest[i])
	}
	c.Removed = append(c.Removed, old[pairs:]...)
	c.Added = append(c.Added, rest[pairs:]...)
}

func (c *ResourceChanges) pair(from, to Resource) {
	change := ResourceChange{From: from, To: to, Labels: compareLabels(from.Labels, to.Labels)}
	if len(change.What()) > 0 {
		c.Changed = append(c.Changed, change)
	}
}

// What names what has changed: version, type, digest, extraIdentity and labels, in
// this order.
func (c ResourceChange) What() (what []string) {
	for _, part := range []struct {
		name string
		same bool
	}{
		{"version", c.From.Version == c.To.Version},
		{"type", c.From.Type == c.To.Type},
		{"digest", sameDigest(c.From.Digest, c.To.Digest)},
		{"extraIdentity", maps.Equal(c.From.ExtraIdentity, c.To.ExtraIdentity)},
		{"labels", c.Labels.Empty()},
	} {
		if !part.same {
			what = append(what, part.name)
		}
	}
	return what
}

// sameDigest tells if two digests do not contradict each other.
func sameDigest(a, b *Digest) bool {
	if a == nil || b == nil || a.HashAlgorithm != b.HashAlgorithm || a.NormalisationAlgorithm != b.NormalisationAlgorithm {
		return true // unknown, or not comparable
	}
	return a.Value == b.Value
}
