package image

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// Limits of Linux: a chain of symbolic links, and the length of a path.
const (
	maxLinks = 40
	maxPath  = 4096
)

// node is a file, link or directory. A tree of nodes holds wanted paths only.
type node struct {
	entry
	children map[string]*node
}

// absentError names the path at which a look-up ended.
type absentError struct{ path string }

func (e *absentError) Error() string { return "no " + e.path + " in the image" }
func (e *absentError) Unwrap() error { return fs.ErrNotExist }

var errTooManyLinks = fmt.Errorf("too many levels of symbolic links: %w", fs.ErrNotExist)

// apply puts l on top of the layers below. Whiteouts hide what lower layers have,
// never what their own layer adds, wherever in the layer they stand.
func (n *node) apply(l layer) {
	for _, dir := range l.opaque {
		if at, err := n.open(dir); err == nil {
			at.children = nil
		}
	}
	for _, name := range l.hidden {
		if at, err := n.open(parent(name)); err == nil {
			delete(at.children, path.Base(name))
		}
	}
	for _, e := range l.entries {
		n.put(e)
	}
}

// put adds e. Its directory may be reached through links of lower layers, as it
// is when an image is unpacked. An entry that cannot be placed is left out.
func (n *node) put(e entry) {
	dir, err := n.walk(parent(e.name), true)
	if err != nil {
		return
	}
	base := path.Base(e.name)
	old := dir.children[base]
	if e.kind == directory && old != nil && old.kind == directory {
		return
	}
	added := &node{entry: e}
	if e.kind == hardlink {
		if target, err := n.link(e.target); err == nil {
			added = target
		}
	}
	if dir.children == nil {
		dir.children = map[string]*node{}
	}
	dir.children[base] = added
}

// link returns the node of a name without following the name itself.
func (n *node) link(name string) (*node, error) {
	dir, err := n.open(parent(name))
	if err != nil {
		return nil, err
	}
	if target := dir.children[path.Base(name)]; target != nil && target.kind != directory {
		return target, nil
	}
	return nil, &absentError{name}
}

func (n *node) open(name string) (*node, error) { return n.walk(name, false) }

// walk follows name from the root n. With create, missing directories are made
// and files in the way are replaced.
func (n *node) walk(name string, create bool) (*node, error) {
	c := &cursor{trail: []*node{n}, rest: split(name)}
	for len(c.rest) > 0 {
		if err := c.step(create); err != nil {
			return nil, err
		}
	}
	return c.here(), nil
}

// cursor is a place in a tree and the way that is left to go.
type cursor struct {
	trail []*node  // from the root to here
	at    []string // their names, without the root
	rest  []string
	links int // that were followed
}

func (c *cursor) here() *node { return c.trail[len(c.trail)-1] }

func (c *cursor) step(create bool) error {
	part := c.rest[0]
	if part == ".." {
		c.rest = c.rest[1:]
		if len(c.at) > 0 { // the root is its own parent
			c.at, c.trail = c.at[:len(c.at)-1], c.trail[:len(c.trail)-1]
		}
		return nil
	}
	child := c.here().child(part, create)
	switch {
	case child == nil, child.kind != directory && child.kind != symlink && child.kind != hardlink && len(c.rest) > 1:
		return &absentError{clean(path.Join(append(c.at, c.rest...)...))}
	case child.kind == hardlink: // to a name that was not wanted so far
		return &absentError{child.target}
	case child.kind == symlink:
		return c.follow(child.target)
	}
	c.rest, c.at, c.trail = c.rest[1:], append(c.at, part), append(c.trail, child)
	return nil
}

// follow replaces the next part of the way by the target of a symbolic link.
func (c *cursor) follow(target string) error {
	if c.links++; c.links > maxLinks {
		return errTooManyLinks
	}
	if strings.HasPrefix(target, "/") {
		c.at, c.trail = nil, c.trail[:1]
	}
	c.rest = append(split(target), c.rest[1:]...)
	return nil
}

func (n *node) child(name string, create bool) *node {
	child := n.children[name]
	if create && (child == nil || child.kind != directory && child.kind != symlink) {
		if n.children == nil {
			n.children = map[string]*node{}
		}
		child = &node{}
		n.children[name] = child
	}
	return child
}

// split returns the parts of a name or link, without empty ones and ".".
func split(name string) []string {
	var parts []string
	for part := range strings.SplitSeq(name, "/") {
		if part != "" && part != "." {
			parts = append(parts, part)
		}
	}
	return parts
}

func parent(name string) string {
	if dir := path.Dir(name); dir != "." {
		return dir
	}
	return ""
}
