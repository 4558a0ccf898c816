package main

import (
	"errors"
	"io"
	"io/fs"
	"slices"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/ctf"
	"github.com/opendeliverygear/odg/component/oci"
	"github.com/opendeliverygear/odg/store"
)

// hint says what to do about an error that carries no advice of its own.
type hint struct {
	err  error
	text string
}

// registryHints are about registries.
var registryHints = []hint{
	{oci.ErrHost, "allow a host that you trust with --allow-host (ODG_ALLOW_HOSTS)"},
	{component.ErrDenied, "docker login writes credentials; name the file with --docker-config (ODG_DOCKER_CONFIG), such as ~/.docker/config.json; a token service on another host is named with --token-host (ODG_TOKEN_HOSTS)"},
	{component.ErrUnavailable, "see that the registry is up and can be reached from here, then run again"},
}

// hints are about what a configuration names. The first that fits counts.
var hints = append(slices.Clone(registryHints), []hint{
	{ctf.ErrUnsafe, "do not trust this archive; fetch it again from its source"},
	{io.ErrUnexpectedEOF, "the archive is truncated; fetch it again from its source"},
	{ctf.ErrNotCTF, "name a Common Transport Format archive (directory, tar or tgz) or a registry in ocm_repo_url"},
	{component.ErrLimit, "the tree is larger than anything we know; check its references"},
	{component.ErrNotFound, "check component_name, version and ocm_repo_url in " + extensionsFile + ", or add what is missing to the archive or registry"},
	{store.ErrFull, "free some space and run again: what was stored is kept"},
	{fs.ErrPermission, "make the file readable for this user"},
}...)

// withHint writes an error and what to do about it.
func withHint(err error) string {
	var named lookedUp
	if errors.As(err, &named) {
		return withOneOf(componentHints, err)
	}
	return withOneOf(hints, err)
}

// withRegistryHint writes an error of a scan, and what to do about a registry.
func withRegistryHint(err error) string { return withOneOf(registryHints, err) }

func withOneOf(hints []hint, err error) string {
	for _, h := range hints {
		if errors.Is(err, h.err) {
			return err.Error() + "; " + h.text
		}
	}
	return err.Error()
}
