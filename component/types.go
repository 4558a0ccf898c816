package component

import "strings"

// accessTypes maps access types without "/v1" to ODG's spelling.
var accessTypes = map[string]string{
	"GitHub": "github", "gitHub": "github", "github": "github",
	"Helm": "Helm/v1", "helm": "Helm/v1",
	"LocalBlob": "localBlob/v1", "localBlob": "localBlob/v1", "localFilesystemBlob": "localBlob/v1",
	"none": "None", "None": "None",
	"NPM": "NPM/v1", "npm": "NPM/v1",
	"ociBlob": "ociBlob/v1", "OCIImageLayer": "ociBlob/v1",
	"OCIRegistry": "ociRegistry", "ociRegistry": "ociRegistry", "OCIImage": "ociRegistry",
	"ociImage": "ociRegistry", "ociArtifact": "ociRegistry", "ociArtefact": "ociRegistry",
	"OCIArtifact":          "ociRegistry",
	"relativeOciReference": "relativeOciReference",
	"S3":                   "s3", "s3": "s3", "S3/v2": "s3/v2", "s3/v2": "s3/v2",
}

// artefactTypes maps artefact types without "/v1" to ODG's spelling.
var artefactTypes = map[string]string{
	"blob":            "blob/v1",
	"cosignSignature": "cosignSignature", "executable": "executable", "git": "git",
	"npmPackage": "npmPackage", "sbom": "sbom",
	"directoryTree": "directoryTree", "filesystem": "directoryTree",
	"helmChart":   "helmChart/v1",
	"ociArtifact": "ociArtifact/v1",
	"ociImage":    "ociImage",
}

// NormaliseAccessType returns ODG's canonical spelling of an access type, such as
// "ociRegistry" for "ociArtifact/v1". Unknown types stay as written.
func NormaliseAccessType(written string) string { return normalise(accessTypes, written) }

// NormaliseArtefactType returns ODG's canonical spelling of an artefact type,
// such as "helmChart/v1" for "helmChart". It is part of the identity of an
// artefact, so the spellings are those of existing installations. Unknown types
// stay as written.
func NormaliseArtefactType(written string) string { return normalise(artefactTypes, written) }

func normalise(types map[string]string, written string) string {
	if canonical, ok := types[strings.TrimSuffix(written, "/v1")]; ok {
		return canonical
	}
	return written
}
