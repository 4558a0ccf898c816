package main

import (
	"io"
	"io/fs"
	"slices"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/ctf"
)

// componentHints are about what the command line names.
var componentHints = append(slices.Clone(registryHints), []hint{
	{ctf.ErrUnsafe, "do not trust this archive; fetch it again from its source"},
	{io.ErrUnexpectedEOF, "the archive is truncated; fetch it again from its source"},
	{ctf.ErrNotCTF, "name a Common Transport Format archive (directory, tar or tgz) or a registry with --ocm-repo"},
	{component.ErrLimit, "the tree is larger than anything we know; check its references"},
	{component.ErrNotFound, "check name, version and --ocm-repo; \"odg component versions NAME\" lists what is there"},
	{fs.ErrPermission, "make the file readable for this user"},
}...)

// lookedUp is an error of looking a component up, with the advice for that.
type lookedUp struct{ error }

// Unwrap returns the cause.
func (l lookedUp) Unwrap() error { return l.error }

// lookup marks an error, if there is one.
func lookup(err error) error {
	if err == nil {
		return nil
	}
	return lookedUp{err}
}
