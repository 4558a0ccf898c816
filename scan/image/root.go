package image

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// maxLinks is where Linux ends a chain of symbolic links.
const maxLinks = 40

// Root is the root file system of an image for one platform, as far as it was
// asked for. It does not change and is safe for concurrent use.
type Root struct {
	// Digest is that of the image's manifest.
	Digest string
	// Platform is what index or configuration say; all fields may be empty.
	Platform ocispec.Platform

	tree node
}

// ReadFile returns the content of a file; links are followed inside the image.
// Only the paths that were asked for, and what they link to, are known. The error
// wraps [fs.ErrNotExist] if there is no such file, and [ErrBudget] if it is larger
// than [Config.MaxFileBytes]. The caller must not change the content.
func (r *Root) ReadFile(name string) ([]byte, error) {
	n, err := r.tree.open(name)
	if err == nil {
		switch n.kind {
		case file:
			return n.content, nil
		case oversized:
			err = fmt.Errorf("%w: file is too large", ErrBudget)
		default:
			err = fmt.Errorf("no regular file: %w", fs.ErrNotExist)
		}
	}
	return nil, &fs.PathError{Op: "read", Path: name, Err: err}
}

// missing returns the path, not wanted so far, that name links to, or "".
func (r *Root) missing(name string) string {
	_, err := r.tree.open(name)
	var absent *absentError
	if errors.As(err, &absent) {
		return absent.path
	}
	return ""
}

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
	trail := []*node{n}
	var at []string
	links := 0
	for rest := split(name); len(rest) > 0; {
		part := rest[0]
		rest = rest[1:]
		if part == ".." {
			if len(at) > 0 {
				at, trail = at[:len(at)-1], trail[:len(trail)-1]
			}
			continue
		}
		child := trail[len(trail)-1].child(part, create)
		if child == nil {
			return nil, &absentError{clean(strings.Join(append(append(at, part), rest...), "/"))}
		}
		switch child.kind {
		case symlink:
			if links++; links > maxLinks {
				return nil, errTooManyLinks
			}
			if strings.HasPrefix(child.target, "/") {
				at, trail = nil, trail[:1]
			}
			rest = append(split(child.target), rest...)
			continue
		case hardlink: // to a name that was not wanted so far
			return nil, &absentError{clean(child.target)}
		}
		if len(rest) > 0 && child.kind != directory {
			return nil, &absentError{clean(strings.Join(append(append(at, part), rest...), "/"))}
		}
		at, trail = append(at, part), append(trail, child)
	}
	return trail[len(trail)-1], nil
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
