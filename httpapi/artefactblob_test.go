package httpapi_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/httpapi"
)

// blobResource is one with a local blob.
func blobResource(name, kind, more, digest, mediaType string) string {
	return fmt.Sprintf(`{"name":%q,"version":"1.0.0","type":%q,"relation":"local"%s,"access":{"type":"localBlob","localReference":%q,"mediaType":%q}}`,
		name, kind, more, digest, mediaType)
}

// artefacts is a component version with local blobs of all sorts.
func artefacts(t testing.TB) *delivery {
	t.Helper()
	d := newDelivery()
	folder := tarOf(t, "a", "b")
	d.add(t, descriptor("acme.org/shop", "1.0.0", ``, strings.Join([]string{
		blobResource("report", "report", ``, d.blob([]byte("%PDF")), "application/pdf"),
		blobResource("tool", "executable", `,"extraIdentity":{"os":"linux","architecture":"amd64"}`, d.blob([]byte("linux tool")), ""),
		blobResource("tool", "executable", `,"extraIdentity":{"os":"darwin","architecture":"arm64"}`, d.blob([]byte("darwin tool")), "application/x-tool"),
		blobResource("folder", "directoryTree", ``, d.blob(zipped(t, folder)), "application/x-tar+gzip"),
		blobResource("not-zipped", "blob", ``, d.blob([]byte("plain")), "application/gzip"),
		blobResource("page", "text/html", ``, d.blob(zipped(t, []byte("<script>"))), "application/gzip"),
		blobResource("split", "blob", ``, d.blob([]byte("one "))+","+d.blob([]byte("two")), "text/plain"),
		blobResource("file", "blob", ``, "some-file", "text/plain"),
		blobResource("gone", "blob", ``, digestOf([]byte("gone")), "text/plain"),
		`{"name":"image","version":"1.0.0","type":"ociImage","relation":"external","access":{"type":"ociArtifact","imageReference":"r.example/a:1"}}`,
		blobResource("image", "ociImage", ``, d.blob([]byte("as a blob")), "text/plain"),
		blobResource("täg\"/..", "blob", ``, d.blob([]byte("odd")), "not a media type"),
	}, ",")))
	return d
}

func blobTarget(component, artefact string, more ...string) string {
	query := url.Values{"component": {component}, "artefact": {artefact}}
	for i := 0; i < len(more); i += 2 {
		query.Set(more[i], more[i+1])
	}
	return "/ocm/artefacts/blob?" + query.Encode()
}

func TestArtefactBlobs(t *testing.T) {
	t.Parallel()
	const shop = "acme.org/shop:1.0.0"
	folder := string(tarOf(t, "a", "b"))
	artefacts(t).kinds(t, func(t *testing.T, repository component.VersionFinder) {
		api := newAPI(httpapi.Config{Components: repository})
		for name, tc := range map[string]struct {
			target            string
			content           string
			contentType, file string
		}{
			"pdf":              {blobTarget(shop, "report"), "%PDF", "application/pdf", "report.pdf"},
			"greatest":         {blobTarget("acme.org/shop:greatest", " report "), "%PDF", "application/pdf", "report.pdf"},
			"the first":        {blobTarget(shop, "tool"), "linux tool", "application/data", "tool"},
			"by identity":      {blobTarget(shop, `{"name":"tool","os":"darwin"}`), "darwin tool", "application/x-tool", "tool"},
			"inflated":         {blobTarget(shop, "folder"), folder, "directoryTree", "folder.tar"},
			"as it is":         {blobTarget(shop, "folder", "unzip", "false"), string(zipped(t, []byte(folder))), "application/x-tar+gzip", "folder.tar.gz"},
			"no gzip at all":   {blobTarget(shop, "not-zipped"), "plain", "application/gzip", "not-zipped.tar.gz"},
			"page":             {blobTarget(shop, "page"), "<script>", "text/html", "page"},
			"in parts":         {blobTarget(shop, "split"), "one two", "text/plain", "split"},
			"the one inside":   {blobTarget(shop, "image"), "as a blob", "text/plain", "image"},
			"version is given": {blobTarget(shop, `{"name":"report","version":"1.0.0"}`), "%PDF", "application/pdf", "report.pdf"},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				is := is.New(t)
				rec := ask(api, "GET", tc.target, "")
				is.Equal(rec.Code, 200)
				is.Equal(rec.Body.String(), tc.content)
				is.Equal(rec.Header().Get("Content-Type"), tc.contentType)
				is.Equal(rec.Header().Get("Content-Disposition"), `attachment; filename="acme.org_shop_1.0.0_`+tc.file+`"`)
				is.Equal(rec.Header().Get("X-Content-Type-Options"), "nosniff")
				is.True(strings.HasPrefix(rec.Header().Get("Content-Security-Policy"), "sandbox")) // is no page of this server
				again := ask(api, "GET", tc.target, "", "If-None-Match", rec.Header().Get("ETag"))
				is.Equal(again.Code, 304)
				is.Equal(again.Body.Len(), 0)
			})
		}
		t.Run("odd name", func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			rec := ask(api, "GET", blobTarget(shop, `täg"/..`), "")
			is.Equal(rec.Body.String(), "odd")
			is.Equal(rec.Header().Get("Content-Type"), "application/octet-stream")
			is.Equal(rec.Header().Get("Content-Disposition"), "attachment; filename*=utf-8''acme.org_shop_1.0.0_t%C3%A4g__..")
		})
	})
}

func TestArtefactBlobFaults(t *testing.T) {
	t.Parallel()
	const shop = "acme.org/shop:1.0.0"
	artefacts(t).kinds(t, func(t *testing.T, repository component.VersionFinder) {
		api := newAPI(httpapi.Config{Components: repository})
		for name, tc := range map[string]struct {
			target string
			status int
			want   string
		}{
			"no component":        {"/ocm/artefacts/blob?artefact=a", 400, "component"},
			"no artefact":         {"/ocm/artefacts/blob?component=a:1", 400, "artefact"},
			"no version":          {blobTarget("acme.org/shop", "report"), 400, "one colon"},
			"two colons":          {blobTarget("acme.org/shop:1:2", "report"), 400, "one colon"},
			"only a colon":        {blobTarget(":", "report"), 400, "one colon"},
			"huge component":      {blobTarget(strings.Repeat("a", 100_000), "report"), 400, "…"},
			"unknown component":   {blobTarget("acme.org/none:1.0.0", "report"), 404, "acme.org/none:1.0.0"},
			"unknown version":     {blobTarget("acme.org/shop:9", "report"), 404, "acme.org/shop:9"},
			"unknown artefact":    {blobTarget(shop, "none"), 400, "none"},
			"empty artefact":      {blobTarget(shop, ""), 400, "artefact"},
			"huge artefact":       {blobTarget(shop, strings.Repeat("a", 100_000)), 400, "…"},
			"other version":       {blobTarget(shop, `{"name":"report","version":"2"}`), 400, "report"},
			"other identity":      {blobTarget(shop, `{"name":"tool","os":"plan9"}`), 400, "tool"},
			"identity is no text": {blobTarget(shop, `{"name":"tool","os":1}`), 400, "artefact.os"},
			"no name":             {blobTarget(shop, `{"os":"linux"}`), 400, "name"},
			"no JSON":             {blobTarget(shop, `{`), 400, "artefact"},
			"two names":           {blobTarget(shop, `{"name":"tool","name":"report"}`), 400, "artefact"},
			"elsewhere":           {blobTarget(shop, `src`), 400, "not as a local blob"},
			"no digest":           {blobTarget(shop, `file`), 400, "digest"},
			"odd switch":          {blobTarget(shop, `report`, "unzip", "TRUE"), 400, "unzip"},
			"blob is gone":        {blobTarget(shop, `gone`), 404, "gone"},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				is := is.New(t)
				rec := ask(api, "GET", tc.target, "")
				is.Equal(rec.Code, tc.status)
				is.True(tc.want == "gone" || strings.Contains(rec.Body.String(), tc.want)) // says what is wrong
				is.True(rec.Body.Len() < 2000)
			})
		}
	})
}

// streams is a repository whose one blob is whatever a test wants.
type streams struct {
	*repository
	open func() io.Reader
	size int64
}

func (s streams) OpenBlob(_ context.Context, _ component.ID, digest string) (*component.Blob, error) {
	return &component.Blob{ReadCloser: io.NopCloser(s.open()), Digest: digest, Size: s.size}, nil
}

func newStreams(t *testing.T, mediaType string, size int64, open func() io.Reader) streams {
	t.Helper()
	d, err := component.Decode([]byte(descriptor("acme.org/shop", "1.0.0", ``, blobResource("big", "blob", ``, digestOf(nil), mediaType))))
	if err != nil {
		t.Fatal(err)
	}
	r := &repository{descriptors: map[component.ID]*component.Descriptor{}}
	r.add(d)
	return streams{r, open, size}
}

var errDigest = errors.New("digest mismatch")

// endingBadly ends with an error in place of io.EOF.
func endingBadly(content io.Reader) io.Reader {
	return io.MultiReader(content, readerFunc(func([]byte) (int, error) { return 0, errDigest }))
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func zeros(n int64) io.Reader {
	return io.LimitReader(readerFunc(func(p []byte) (int, error) { clear(p); return len(p), nil }), n)
}

// What is found out before the answer begins has a status; what is found out later
// breaks the connection, so that nobody takes what came for the whole.
func TestArtefactBlobThatIsWrong(t *testing.T) {
	t.Parallel()
	const large = 4 << 20
	bomb := zipped(t, make([]byte, large))
	twice := func() io.Reader { return io.MultiReader(bytes.NewReader(bomb), bytes.NewReader(bomb)) }
	for name, tc := range map[string]struct {
		mediaType string
		size      int64
		open      func() io.Reader
		status    int // 0 for a broken answer
		want      string
	}{
		"small and wrong":            {"text/plain", 3, func() io.Reader { return endingBadly(strings.NewReader("abc")) }, 502, "digest mismatch"},
		"large and wrong":            {"text/plain", large, func() io.Reader { return endingBadly(zeros(large)) }, 0, ""},
		"large, wrong, of some size": {"text/plain", -1, func() io.Reader { return endingBadly(zeros(large)) }, 0, ""},
		"inflated and wrong":         {"application/gzip", -1, func() io.Reader { return endingBadly(bytes.NewReader(bomb)) }, 0, ""},
		"compressed and cut":         {"application/gzip", -1, func() io.Reader { return bytes.NewReader(bomb[:len(bomb)-9]) }, 0, ""},
		"small and cut":              {"application/gzip", -1, func() io.Reader { return bytes.NewReader(zipped(t, []byte("a"))[:15]) }, 502, "unexpected EOF"},
		"something after it":         {"application/gzip", -1, func() io.Reader { return io.MultiReader(twice(), strings.NewReader("more")) }, 0, ""},
		"size is known to be large":  {"text/plain", 5<<20 + 1, func() io.Reader { return zeros(5<<20 + 1) }, 422, "more than 5242880 bytes"},
		"size turns out to be large": {"text/plain", -1, func() io.Reader { return zeros(1 << 40) }, 0, ""},
		"bomb":                       {"application/gzip", int64(len(bomb)), twice, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			api := newAPI(httpapi.Config{Components: newStreams(t, tc.mediaType, tc.size, tc.open), MaxArtefactBytes: 5 << 20})
			server := httptest.NewServer(api)
			defer server.Close()
			response, err := http.Get(server.URL + blobTarget("acme.org/shop:1.0.0", "big"))
			is.NoErr(err)
			defer response.Body.Close()
			text, err := io.ReadAll(response.Body)
			if tc.status == 0 {
				is.Equal(response.StatusCode, 200)
				is.True(err != nil) // the client knows
				is.True(len(text) <= 5<<20)
				return
			}
			is.NoErr(err)
			is.Equal(response.StatusCode, tc.status)
			is.True(strings.Contains(string(text), tc.want))
			is.Equal(response.Header.Get("Content-Disposition"), "")
		})
	}
}

func TestArtefactBlobsAtATime(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	begun, end := make(chan struct{}), make(chan struct{})
	var once sync.Once
	source := newStreams(t, "text/plain", -1, func() io.Reader {
		return readerFunc(func([]byte) (int, error) {
			once.Do(func() { close(begun) })
			<-end
			return 0, io.EOF
		})
	})
	api := newAPI(httpapi.Config{Components: source, MaxDownloads: 1, IdleTimeout: 10 * time.Millisecond})
	target := blobTarget("acme.org/shop:1.0.0", "big")
	first := make(chan int)
	go func() { first <- ask(api, "GET", target, "").Code }()
	<-begun
	rec := ask(api, "GET", target, "")
	is.Equal(rec.Code, 503)
	is.True(rec.Header().Get("Retry-After") != "")
	close(end)
	is.Equal(<-first, 200)
}

func BenchmarkArtefactBlob(b *testing.B) {
	const size = 16 << 20
	r := &repository{descriptors: map[component.ID]*component.Descriptor{}}
	d, err := component.Decode([]byte(descriptor("acme.org/shop", "1.0.0", ``, blobResource("big", "blob", ``, digestOf(nil), "text/plain"))))
	if err != nil {
		b.Fatal(err)
	}
	r.add(d)
	api := newAPI(httpapi.Config{Components: streams{r, func() io.Reader { return zeros(size) }, size}})
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		request := httptest.NewRequest("GET", blobTarget("acme.org/shop:1.0.0", "big"), nil)
		api.ServeHTTP(discard{http.Header{}}, request)
	}
}

type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}
