package image

import (
	"io/fs"
	"path"
	"strings"
)

// clean makes a name of a tar entry or a caller relative to the root of the image:
// no leading slash, no ".", and no ".." beyond the root. The root is "".
func clean(name string) string {
	name = strings.TrimSuffix(strings.TrimPrefix(name, "./"), "/")
	if fs.ValidPath(name) && name != "." {
		return name
	}
	return path.Clean("/" + name)[1:]
}

// wanted is the set of paths to keep, and of the directories above them, through
// which links and whiteouts matter.
type wanted map[string]bool // true: the path itself, false: above one

func want(names []string) wanted {
	w := wanted{}
	for _, name := range names {
		w.add(name)
	}
	return w
}

// add returns false if the path was wanted already.
func (w wanted) add(name string) bool {
	name = clean(name)
	if w[name] || name == "" {
		return false
	}
	w[name] = true
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if !w[dir] {
			w[dir] = false
		}
	}
	return true
}

// touches tells if an entry of that name matters.
func (w wanted) touches(name string) bool {
	_, ok := w[name]
	return ok
}
