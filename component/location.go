package component

import (
	"cmp"
	"encoding/json"
	"strings"
)

// Location says in a text for people where the content is, such as an image reference
// or a URL. It is empty if nothing is known about that. The text comes from the
// descriptor as it is, and is not made for looking anything up.
func (a Access) Location() string {
	switch a.Kind() {
	case AccessImage:
		reference, _ := a.ImageReference()
		return reference
	case AccessRelative:
		reference, _ := a.RelativeReference()
		return reference
	case AccessLocal:
		local, _ := a.LocalBlob()
		return cmp.Or(local.ReferenceName, strings.Join(local.Digests, " "), local.Reference)
	case AccessOCIBlob:
		blob, _ := a.OCIBlob()
		return joinNonEmpty("@", blob.Reference, blob.Digest)
	case AccessGitHub:
		source, _ := a.GitHub()
		return joinNonEmpty("@", source.RepoURL, cmp.Or(source.Commit, source.Ref))
	case AccessS3:
		object, _ := a.S3()
		return strings.TrimSuffix("s3://"+joinNonEmpty("/", object.Bucket, object.Key), "s3://")
	}
	return a.elsewhere()
}

// elsewhere knows the access types that nothing here reads from.
func (a Access) elsewhere() string {
	var fields struct {
		URL, Repository, Ref, Commit string // wget, git
		HelmRepository, HelmChart    string
		Registry, Package, Version   string // npm
		RepoURL, GroupID, ArtifactID string // maven
	}
	if json.Unmarshal(a.Raw, &fields) != nil {
		return ""
	}
	f := fields
	return cmp.Or(
		f.URL,
		joinNonEmpty("@", f.Repository, cmp.Or(f.Commit, f.Ref)),
		joinNonEmpty("/", strings.TrimSuffix(f.HelmRepository, "/"), f.HelmChart),
		joinNonEmpty("@", joinNonEmpty("/", strings.TrimSuffix(f.Registry, "/"), f.Package), f.Version),
		joinNonEmpty("/", strings.TrimSuffix(f.RepoURL, "/"), joinNonEmpty(":", f.GroupID, f.ArtifactID)),
	)
}

// joinNonEmpty joins the texts that are not empty, if the first one is among them.
func joinNonEmpty(separator string, texts ...string) string {
	if texts[0] == "" {
		return ""
	}
	joined := texts[0]
	for _, text := range texts[1:] {
		if text != "" {
			joined += separator + text
		}
	}
	return joined
}
