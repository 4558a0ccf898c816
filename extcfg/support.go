package extcfg

import (
	"slices"
	"strings"

	"github.com/opendeliverygear/odg/artefact"
)

// support is what an extension can work on.
type support struct {
	kinds []artefact.Kind
	// access maps the supported access types to prefixes of artefact types; no
	// prefixes mean any artefact type. A nil map means everything.
	access map[string][]string
}

var (
	onlyResources = []artefact.Kind{artefact.KindResource}
	onlySources   = []artefact.Kind{artefact.KindSource}
	images        = []string{"ociImage", "ociArtifact"}
	tars          = []string{"application/tar", "application/x-tar"}
	unpacked      = []string{"directoryTree", "executable"}
)

var supports = map[string]support{
	ServiceBDBA:          {onlyResources, map[string][]string{"ociRegistry": nil, "localBlob": nil, "s3": nil}},
	ServiceBlackDuck:     {onlyResources, map[string][]string{"ociRegistry": images, "localBlob": unpacked, "s3": tars}},
	ServiceSBOMGenerator: {onlyResources, map[string][]string{"ociRegistry": images, "localBlob": unpacked, "s3": tars}},
	ServiceClamAV:        {onlyResources, map[string][]string{"ociRegistry": nil, "localBlob": nil, "s3": tars}},
	ServiceCrypto:        {onlyResources, map[string][]string{"ociRegistry": images, "localBlob": nil, "s3": tars}},
	// Images as local blobs are ours: archives (CTF) hold them like that.
	ServiceOSID:            {onlyResources, map[string][]string{"ociRegistry": {"ociImage"}, "localBlob": {"ociImage"}}},
	ServiceSAST:            {onlySources, nil},
	ServiceGHAS:            {onlySources, nil},
	ServiceIssueReplicator: {},
	ServiceResponsibles:    {},
}

// Supports tells if an extension of ODG can work on an artefact of this kind,
// access type (such as ociRegistry or localBlob/v1) and artefact type. Other
// services support everything: they know best themselves.
func Supports(service string, kind artefact.Kind, accessType, artefactType string) bool {
	s := supports[service]
	if len(s.kinds) > 0 && !slices.Contains(s.kinds, kind) {
		return false
	}
	if s.access == nil {
		return true
	}
	name, _, _ := strings.Cut(accessType, "/")
	prefixes, ok := s.access[name]
	if !ok || len(prefixes) == 0 {
		return ok
	}
	return slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(artefactType, prefix) })
}
