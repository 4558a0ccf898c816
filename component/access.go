package component

import (
	"encoding/json"
	"regexp"
	"strings"
)

// AccessKind is an access type without the version and the spelling of its name.
type AccessKind string

// The kinds of access whose fields this package knows. Others are [AccessOther];
// their fields are in [Access].Raw.
const (
	AccessOther    AccessKind = ""
	AccessImage    AccessKind = "image"    // see [Access.ImageReference]
	AccessRelative AccessKind = "relative" // see [Access.RelativeReference]
	AccessOCIBlob  AccessKind = "ociBlob"  // see [Access.OCIBlob]
	AccessLocal    AccessKind = "local"    // see [Access.LocalBlob]
	AccessGitHub   AccessKind = "github"   // see [Access.GitHub]
	AccessS3       AccessKind = "s3"       // see [Access.S3]
)

// accessKinds maps names of access types in lower case, without their version, to
// their kind (OCM specification, access methods, and the spellings that its tools
// write).
var accessKinds = map[string]AccessKind{
	"ociartifact": AccessImage, "ociartefact": AccessImage, "ociregistry": AccessImage, "ociimage": AccessImage,
	"ociblob": AccessOCIBlob, "ociimagelayer": AccessOCIBlob,
	"relativeocireference": AccessRelative,
	"localblob":            AccessLocal, "localociblob": AccessLocal, "localfilesystemblob": AccessLocal,
	"github": AccessGitHub,
	"s3":     AccessS3,
}

// Kind returns the kind of the type. Neither case nor version matter.
func (a Access) Kind() AccessKind {
	name, _, _ := strings.Cut(a.Type, "/")
	return accessKinds[strings.ToLower(name)]
}

// fields decodes the access object into v if it is of that kind. The case of keys
// does not matter.
func (a Access) fields(kind AccessKind, v any) bool {
	return a.Kind() == kind && json.Unmarshal(a.Raw, v) == nil
}

// ImageReference returns the reference of an OCI artefact in a registry, without
// the scheme that a transfer into a registry without TLS puts before it. It is
// false if the content is not there.
func (a Access) ImageReference() (string, bool) {
	var fields struct {
		ImageReference string `json:"imageReference"`
	}
	ok := a.fields(AccessImage, &fields)
	return withoutScheme(fields.ImageReference), ok && fields.ImageReference != ""
}

// RelativeReference returns the reference of an OCI artefact in the registry of
// the repository where the component version is.
func (a Access) RelativeReference() (string, bool) {
	var fields struct {
		Reference string `json:"reference"`
	}
	ok := a.fields(AccessRelative, &fields)
	return fields.Reference, ok && fields.Reference != ""
}

// OCIBlob is a single blob in an OCI registry.
type OCIBlob struct {
	Reference string `json:"ref"` // of the OCI repository, without scheme
	Digest    string `json:"digest"`
	Size      int64  `json:"size"` // in bytes, 0 if unknown
	MediaType string `json:"mediaType"`
}

// OCIBlob returns where a blob in an OCI registry is. The specification and the
// tools name the field of the reference differently; both are read.
func (a Access) OCIBlob() (OCIBlob, bool) {
	var fields struct {
		OCIBlob
		ImageReference string `json:"imageReference"`
	}
	ok := a.fields(AccessOCIBlob, &fields)
	if fields.Reference == "" {
		fields.Reference = fields.ImageReference
	}
	fields.Reference = withoutScheme(fields.Reference)
	return fields.OCIBlob, ok && fields.Reference != ""
}

// LocalBlob is content that is stored with the component version.
type LocalBlob struct {
	// Digests are the digests (sha256:<64 hex>) of the blobs that make up the
	// content, in order: one, or several if the writer had to split it. Nil if the
	// reference is a file name which says nothing about the content.
	Digests []string
	// Reference is what the descriptor says, unchanged.
	Reference string
	MediaType string
	// ReferenceName is a proposal for the name of the OCI artefact in a registry.
	ReferenceName string
	// Global is where else the content is, nil if nowhere.
	Global *Access
}

// LocalBlob returns what is known of a local blob, in all its forms: localBlob,
// and the older localOciBlob and localFilesystemBlob.
func (a Access) LocalBlob() (LocalBlob, bool) {
	var fields struct {
		LocalReference string          `json:"localReference"`
		Digest         string          `json:"digest"`
		FileName       string          `json:"fileName"`
		MediaType      string          `json:"mediaType"`
		ReferenceName  string          `json:"referenceName"`
		GlobalAccess   json.RawMessage `json:"globalAccess"`
	}
	if !a.fields(AccessLocal, &fields) {
		return LocalBlob{}, false
	}
	reference := fields.LocalReference
	if reference == "" {
		reference = fields.Digest
	}
	if reference == "" {
		reference = fields.FileName
	}
	return LocalBlob{
		Digests: digests(reference), Reference: reference, MediaType: fields.MediaType,
		ReferenceName: fields.ReferenceName, Global: globalAccess(fields.GlobalAccess),
	}, reference != ""
}

// digestText is a digest, or the file that holds its content in an archive.
var digestText = regexp.MustCompile(`^sha256[:.]([0-9a-f]{64})$`)

func digests(reference string) []string {
	var list []string
	for part := range strings.SplitSeq(reference, ",") {
		match := digestText.FindStringSubmatch(strings.TrimSpace(part))
		if match == nil {
			return nil
		}
		list = append(list, "sha256:"+match[1])
	}
	return list
}

func globalAccess(raw json.RawMessage) *Access {
	if len(raw) == 0 {
		return nil
	}
	global, err := access(&value{data: raw})
	if err != nil {
		return nil
	}
	return &global
}

// GitHub is a commit in a repository on GitHub.
type GitHub struct {
	RepoURL     string `json:"repoUrl"` // with or without scheme
	Commit      string `json:"commit"`
	Ref         string `json:"ref"`
	APIHostname string `json:"apiHostname"`
}

// GitHub returns the repository and commit of a source on GitHub.
func (a Access) GitHub() (GitHub, bool) {
	var fields GitHub
	ok := a.fields(AccessGitHub, &fields)
	return fields, ok && fields.RepoURL != ""
}

// S3 is an object in a bucket.
type S3 struct {
	Bucket, Key, Region, Version, MediaType string
}

// S3 returns the object of an artefact in S3. The two versions of the type name
// bucket and key differently, and tools mix them up, so both are read in both.
func (a Access) S3() (S3, bool) {
	var fields struct {
		S3
		BucketName string `json:"bucketName"`
		ObjectKey  string `json:"objectKey"`
	}
	ok := a.fields(AccessS3, &fields)
	if fields.Bucket == "" {
		fields.Bucket = fields.BucketName
	}
	if fields.Key == "" {
		fields.Key = fields.ObjectKey
	}
	return fields.S3, ok && fields.Bucket != "" && fields.Key != ""
}

func withoutScheme(reference string) string {
	if _, rest, found := strings.Cut(reference, "://"); found {
		return rest
	}
	return reference
}
