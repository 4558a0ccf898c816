package component_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
)

func TestNormaliseTypes(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	// The table of the HTTP contract, 8.1: canonical type and its aliases.
	for canonical, aliases := range map[string]string{
		"github":               "GitHub gitHub github",
		"Helm/v1":              "Helm helm",
		"localBlob/v1":         "LocalBlob localBlob localFilesystemBlob",
		"None":                 "none None",
		"NPM/v1":               "NPM npm",
		"ociBlob/v1":           "ociBlob OCIImageLayer",
		"ociRegistry":          "OCIRegistry ociRegistry OCIImage ociImage ociArtifact ociArtefact OCIArtifact",
		"relativeOciReference": "relativeOciReference",
		"s3":                   "S3 s3",
	} {
		for _, alias := range strings.Fields(aliases) {
			is.Equal(component.NormaliseAccessType(alias), canonical)
			is.Equal(component.NormaliseAccessType(alias+"/v1"), canonical)
		}
	}
	for canonical, aliases := range map[string]string{
		"blob/v1": "blob", "cosignSignature": "cosignSignature", "executable": "executable", "git": "git",
		"npmPackage": "npmPackage", "sbom": "sbom", "directoryTree": "directoryTree filesystem",
		"helmChart/v1": "helmChart", "ociArtifact/v1": "ociArtifact", "ociImage": "ociImage",
	} {
		for _, alias := range strings.Fields(aliases) {
			is.Equal(component.NormaliseArtefactType(alias), canonical)
			is.Equal(component.NormaliseArtefactType(alias+"/v1"), canonical)
		}
	}
	is.Equal(component.NormaliseAccessType("S3/v2"), "s3/v2")
	for _, unknown := range []string{"", "vendor.example/x/v1", "ociImage/v2", "plainText/v1", "fileSystem", "OCIImage"} {
		is.Equal(component.NormaliseArtefactType(unknown), unknown)
	}
	for _, unknown := range []string{"", "wget/v1", "github/v2", "localOciBlob"} {
		is.Equal(component.NormaliseAccessType(unknown), unknown)
	}
}

func TestAccessKind(t *testing.T) {
	t.Parallel()
	// The table of the OCM format facts, 3: kind and the names that writers give it.
	for kind, names := range map[component.AccessKind]string{
		component.AccessImage:    "ociArtifact OCIArtifact ociArtefact ociRegistry OCIRegistry ociImage OCIImage",
		component.AccessOCIBlob:  "ociBlob OCIImageLayer",
		component.AccessRelative: "relativeOciReference",
		component.AccessLocal:    "localBlob LocalBlob localOciBlob localFilesystemBlob",
		component.AccessGitHub:   "gitHub GitHub github",
		component.AccessS3:       "s3 S3",
		component.AccessOther:    "git helm npm maven wget none ocm vendor.example/s3",
	} {
		for _, name := range strings.Fields(names) {
			t.Run(name, func(t *testing.T) {
				is := is.New(t)
				is.Equal(accessOf(t, "{type: "+name+"}").Kind(), kind)
				is.Equal(component.Access{Type: name + "/v2"}.Kind(), kind)
			})
		}
	}
}

// accessOf decodes an access as part of a descriptor.
func accessOf(t *testing.T, text string) component.Access {
	t.Helper()
	return decode(t, v2("sources: [{name: aa, type: git, access: "+text+"}]")).Sources[0].Access
}

const (
	digestA = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	digestB = "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
)

func TestLocalBlob(t *testing.T) {
	t.Parallel()
	file := strings.Replace(digestA, ":", ".", 1)
	for name, c := range map[string]struct {
		access string
		want   component.LocalBlob
		ok     bool
	}{
		"digest":       {"{type: localBlob, localReference: '" + digestA + "', mediaType: text/plain, referenceName: x:1}", component.LocalBlob{Digests: []string{digestA}, Reference: digestA, MediaType: "text/plain", ReferenceName: "x:1"}, true},
		"file":         {"{type: LocalBlob/v1, localReference: " + file + "}", component.LocalBlob{Digests: []string{digestA}, Reference: file}, true},
		"list":         {"{type: localBlob/v1, localReference: '" + digestA + ", " + digestB + "'}", component.LocalBlob{Digests: []string{digestA, digestB}, Reference: digestA + ", " + digestB}, true},
		"old":          {"{type: localOciBlob, digest: '" + digestA + "'}", component.LocalBlob{Digests: []string{digestA}, Reference: digestA}, true},
		"old file":     {"{type: localFilesystemBlob, fileName: x.bin, mediaType: a/b}", component.LocalBlob{Reference: "x.bin", MediaType: "a/b"}, true},
		"odd spelling": {"{type: LOCALBLOB, LocalReference: '" + digestA + "'}", component.LocalBlob{Digests: []string{digestA}, Reference: digestA}, true},
		"odd global":   {"{type: localBlob, localReference: x, globalAccess: {a: 1}}", component.LocalBlob{Reference: "x"}, true},
		"traversal":    {"{type: localBlob, localReference: ../x}", component.LocalBlob{Reference: "../x"}, true},
		"nothing":      {"{type: localBlob}", component.LocalBlob{}, false},
		"elsewhere":    {"{type: ociImage, imageReference: x}", component.LocalBlob{}, false},
		"wrong type":   {"{type: localBlob, localReference: 1}", component.LocalBlob{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			is := is.New(t)
			got, ok := accessOf(t, c.access).LocalBlob()
			is.Equal(ok, c.ok)
			is.Equal(cmp.Diff(c.want, got), "")
		})
	}
	t.Run("global", func(t *testing.T) {
		is := is.New(t)
		got, ok := accessOf(t, "{type: localBlob, localReference: x, globalAccess: {type: ociImage, imageReference: r/x:1}}").LocalBlob()
		is.True(ok)
		reference, ok := got.Global.ImageReference()
		is.True(ok)
		is.Equal(reference, "r/x:1")
	})
}

func TestAccessors(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	reference, ok := accessOf(t, "{type: ociArtifact, imageReference: 'http://127.0.0.1:5001/x:1'}").ImageReference()
	is.True(ok)
	is.Equal(reference, "127.0.0.1:5001/x:1") // without scheme
	_, ok = accessOf(t, "{type: ociArtifact}").ImageReference()
	is.True(!ok)
	reference, ok = accessOf(t, "{type: relativeOciReference, reference: x/y:1}").RelativeReference()
	is.True(ok)
	is.Equal(reference, "x/y:1")

	blob, ok := accessOf(t, "{type: OCIImageLayer/v1, ref: r/x, digest: d, size: 3, mediaType: m}").OCIBlob()
	is.True(ok)
	is.Equal(blob, component.OCIBlob{Reference: "r/x", Digest: "d", Size: 3, MediaType: "m"})
	blob, ok = accessOf(t, "{type: ociBlob, imageReference: 'https://r/x'}").OCIBlob()
	is.True(ok)
	is.Equal(blob.Reference, "r/x") // as the specification names it

	hub, ok := accessOf(t, "{type: gitHub, repoUrl: github.com/a/b, commit: c, ref: main}").GitHub()
	is.True(ok)
	is.Equal(hub, component.GitHub{RepoURL: "github.com/a/b", Commit: "c", Ref: "main"})
	_, ok = accessOf(t, "{type: git, repository: x}").GitHub()
	is.True(!ok)

	for _, text := range []string{"{type: s3, bucket: b, key: k, region: r}", "{type: S3/v2, bucketName: b, objectKey: k, region: r}", "{type: s3/v1, bucketName: b, objectKey: k, region: r}"} {
		object, ok := accessOf(t, text).S3()
		is.True(ok)
		is.Equal(object, component.S3{Bucket: "b", Key: "k", Region: "r"})
	}
	_, ok = accessOf(t, "{type: s3, bucket: b}").S3()
	is.True(!ok)
}

func TestArtefacts(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	d := decode(t, v2(elements))
	var keys []string
	for _, a := range d.Artefacts() {
		keys = append(keys, a.ID.Key())
	}
	is.Equal(keys, []string{
		"acme.org/shop|1.0.0|web|1.4.2|ociArtifact/v1|os:linux|resource|",
		"acme.org/shop|1.0.0|notes|1.4.2|vendor.example/notes/v1||resource|",
		"acme.org/shop|1.0.0|main|None|git||source|", // a source without version
	})
	web := d.Artefacts()[0]
	is.Equal(web.Name, "web")
	is.Equal(web.Access.Type, "ociRegistry")
	is.Equal(web.Digest.Value, "ab")
	is.Equal(len(decode(t, v2("")).Artefacts()), 0)
}

func TestIdentities(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	element := func(name, version string, extra ...string) component.Element {
		e := component.Element{Name: name, Version: version}
		for i := 0; i < len(extra); i += 2 {
			if e.ExtraIdentity == nil {
				e.ExtraIdentity = map[string]string{}
			}
			e.ExtraIdentity[extra[i]] = extra[i+1]
		}
		return e
	}
	for _, c := range []struct {
		elements []component.Element
		want     []string
	}{
		{[]component.Element{element("aa", "1"), element("aa", "2"), element("bb", "1")}, []string{`"aa","version"="1"`, `"aa","version"="2"`, `"bb"`}},
		{[]component.Element{element("aa", "1"), element("aa", "1", "os", "linux"), element("aa", "1", "os", "")}, []string{`"aa"`, `"aa","os"="linux"`, `"aa","os"=""`}},
		{[]component.Element{element("aa", "1", "version", "1"), element("aa", "2")}, []string{`"aa","version"="1"`, `"aa","version"="2"`}},
		{[]component.Element{element("aa", "1", "version", "zzz")}, []string{`"aa","version"="zzz"`}},
		{[]component.Element{element(`a"b`, "1", "k=v", "x,y")}, []string{`"a\"b","k=v"="x,y"`}},
	} {
		var got []string
		for _, identity := range component.Identities(c.elements) {
			got = append(got, identity.String())
		}
		is.Equal(got, c.want)
	}
	d := decode(t, v2(elements+"componentReferences:"+references))
	is.Equal(d.ResourceIdentities()[0].String(), `"web","os"="linux"`)
	is.Equal(d.SourceIdentities()[0].String(), `"main"`)
	is.Equal(d.ReferenceIdentities()[1].String(), `"base"`)
}
