package main

import (
	"errors"
	"io"
	"io/fs"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/ctf"
	"github.com/opendeliverygear/odg/store"
)

// hints say what to do about an error that carries no advice of its own. The first
// that fits counts.
var hints = []struct {
	err  error
	hint string
}{
	{ctf.ErrUnsafe, "do not trust this archive; fetch it again from its source"},
	{io.ErrUnexpectedEOF, "the archive is truncated; fetch it again from its source"},
	{ctf.ErrNotCTF, "name a Common Transport Format archive (directory, tar or tgz) in ocm_repo_url"},
	{component.ErrLimit, "the tree is larger than anything we know; check its references"},
	{component.ErrNotFound, "check component_name, version and ocm_repo_url in " + extensionsFile + ", or add what is missing to the archive"},
	{store.ErrFull, "free some space and run again: what was stored is kept"},
	{fs.ErrPermission, "make the file readable for this user"},
}

// withHint writes an error and what to do about it.
func withHint(err error) string {
	for _, h := range hints {
		if errors.Is(err, h.err) {
			return err.Error() + "; " + h.hint
		}
	}
	return err.Error()
}
