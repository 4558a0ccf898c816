package httpapi_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/rescore"
	"github.com/opendeliverygear/odg/vex"
)

// statement is a document with one statement about a product.
func statement(cve, product, status string) string {
	return `{"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://acme.org/vex/1", "author": "Acme GmbH", "timestamp": "2025-03-05T00:00:00Z", "version": 1,
		"statements": [{"vulnerability": {"name": "` + cve + `"}, "products": [{"@id": "` + product + `"}],
			"status": "` + status + `", "justification": "vulnerable_code_not_in_execute_path", "action_statement": "x"}]}`
}

const notAffected = "pkg:oci/web?tag=1.0"

// versioned is a vulnerability of openssl 1.1 in version 1.0.0 of the component.
func versioned(cve string) string {
	return found(`"1.0.0"`, "finding/vulnerability", "trivy", `{"severity": "HIGH", "package_name": "openssl", "package_version": "1.1", "cve": "`+cve+`", "cvss_score": 7.5}`)
}

func newVEX(t *testing.T, change func(*odg.Config, *httpapi.Config)) *decisions {
	t.Helper()
	d := newDecisions(t, change)
	d.put(t, versioned("CVE-1"), versioned("CVE-2"))
	return d
}

func (d *decisions) ask(t *testing.T, method, target, body string) *httptest.ResponseRecorder {
	t.Helper()
	rec := ask(d, method, target, body)
	if err := d.CheckAnswer(method, "/components/vex", rec.Code, rec.Header().Get("Content-Type"), rec.Body.Bytes()); err != nil {
		t.Error(err)
	}
	return rec
}

func (d *decisions) severity(t *testing.T, cve string) string {
	t.Helper()
	for _, p := range d.proposals(t, "&type=finding/vulnerability") {
		if p["finding"].(map[string]any)["cve"] == cve {
			return p["severity"].(string)
		}
	}
	t.Fatal(cve)
	return ""
}

func TestVEXImport(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	d := newVEX(t, nil)
	doc := statement("CVE-1", notAffected, "not_affected")
	rec := d.ask(t, "POST", "/components/vex?dry_run=true", doc)
	is.Equal(rec.Code, 200)
	is.True(strings.HasPrefix(rec.Body.String(), `{"dry_run":true,"rescorings":1,"outcomes":[{"document":"","path":"statements[0].products[0]"`))
	is.Equal(d.severity(t, "CVE-1"), "HIGH")

	rec = d.ask(t, "POST", "/components/vex?valid_until=2025-12-31", doc)
	is.Equal(rec.Code, 201)
	is.True(strings.Contains(rec.Body.String(), `"result":"decided","severity":"NONE","findings":1,"decided":1`))
	is.Equal(d.severity(t, "CVE-1"), "NONE")
	is.Equal(d.severity(t, "CVE-2"), "HIGH")
	items, err := d.queue.List(t.Context(), backlog.Filter{})
	is.NoErr(err)
	is.Equal(len(items), 1) // the tracking issues follow

	rescoring := d.rescoring(t)
	is.Equal(rescoring["user"], map[string]any{"username": "ada", "type": "user"})  // the caller answers for it
	is.True(strings.Contains(rescoring["comment"].(string), "\nAuthor: Acme GmbH")) // and says who said so
	is.Equal(rescoring["valid_until"], "2025-12-31")

	rec = d.ask(t, "POST", "/components/vex?valid_until=2025-12-31", doc)
	is.Equal(rec.Code, 201)
	is.True(strings.Contains(rec.Body.String(), `"rescorings":0,"outcomes":[`)) // said again, it changes nothing
	is.True(strings.Contains(rec.Body.String(), `"result":"unchanged"`))
}

// rescoring is the data of the only one that applies to CVE-1.
func (d *decisions) rescoring(t *testing.T) map[string]any {
	t.Helper()
	for _, p := range d.proposals(t, "&type=finding/vulnerability") {
		if p["finding"].(map[string]any)["cve"] == "CVE-1" {
			return p["applicable_rescorings"].([]any)[0].(map[string]any)["data"].(map[string]any)
		}
	}
	t.Fatal("no rescoring")
	return nil
}

func TestVEXOptions(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	d := newVEX(t, nil)
	doc := statement("CVE-1", notAffected, "affected")
	rec := d.ask(t, "POST", "/components/vex", doc)
	is.True(strings.Contains(rec.Body.String(), `"result":"undecided"`))
	rec = d.ask(t, "POST", "/components/vex?status=affected%3DLOW&scope=component", doc)
	is.Equal(rec.Code, 201)
	is.Equal(d.severity(t, "CVE-1"), "LOW")
	is.Equal(d.rescoring(t)["allowed_processing_time"], "10368000s")
}

func TestVEXPartial(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	d := newVEX(t, nil)
	doc := strings.Replace(statement("CVE-1", notAffected, "not_affected"), `"products": [`, `"products": [{"@id": "pkg:oci/nobody?tag=9"},`, 1)
	rec := d.ask(t, "POST", "/components/vex", doc)
	is.Equal(rec.Code, 400)
	is.Equal(rec.Body.String(), "Nothing was stored; partial=true takes over the rest.\nstatements[0].products[0]: nothing here is the product pkg:oci/nobody?tag=9")
	is.Equal(d.severity(t, "CVE-1"), "HIGH")
	rec = d.ask(t, "POST", "/components/vex?partial=true", doc)
	is.Equal(rec.Code, 201)
	is.True(strings.Contains(rec.Body.String(), `"product":"pkg:oci/nobody?tag=9"`)) // reported
	is.True(strings.Contains(rec.Body.String(), `"result":"unknown-product"`))
	is.Equal(d.severity(t, "CVE-1"), "NONE")
}

func TestVEXRefused(t *testing.T) {
	t.Parallel()
	good := statement("CVE-1", notAffected, "not_affected")
	d := newVEX(t, nil)
	bare := newVEX(t, nil)
	bare.Server = newAPI(httpapi.Config{LocalUser: "ada"})
	nobody := newVEX(t, func(_ *odg.Config, c *httpapi.Config) { c.LocalUser = "" })
	for name, c := range map[string]struct {
		d      *decisions
		query  string
		body   string
		status int
		told   string
	}{
		"no document":         {d, "", ``, 400, "this is no JSON"},
		"no JSON":             {d, "", `{`, 400, "unexpected end"},
		"another version":     {d, "", `{"@context": "https://openvex.dev/ns", "statements": []}`, 400, "@context: "},
		"no VEX":              {d, "", `{}`, 400, "want OpenVEX 0.2.0 or CycloneDX 1.4 to 1.7"},
		"an unknown status":   {d, "", statement("CVE-1", notAffected, "fine"), 400, `statements[0].status: status "fine" is unknown`},
		"too deep":            {d, "", strings.Repeat(`{"a":`, 100), 400, "nested deeper than 64"},
		"an odd switch":       {d, "?partial=maybe", good, 400, "partial"},
		"another odd switch":  {d, "?dry_run=maybe", good, 400, "dry_run"},
		"an unknown scope":    {d, "?scope=world", good, 400, "scope: "},
		"no time":             {d, "?valid_until=soon", good, 400, `valid_until: "soon" is no time`},
		"over already":        {d, "?valid_until=2025-03-09", good, 400, "valid_until: 2025-03-09 has passed already"},
		"half a status":       {d, "?status=fixed", good, 400, `status: "fixed": want STATUS=CATEGORY`},
		"no such status":      {d, "?status=fine%3DNONE", good, 400, `status: status "fine" is unknown`},
		"no such category":    {d, "?status=fixed%3DMINOR", good, 400, `has no category "MINOR"`},
		"nobody may":          {d, "?status=affected%3DCRITICAL", good, 400, "nobody may rescore to category CRITICAL"},
		"not configured":      {bare, "", good, 404, "finding/vulnerability is not configured"},
		"nobody decides":      {nobody, "", good, 400, "--local-user"},
		"an unknown encoding": {d, "", good, 415, "content encoding"},
		"too large":           {d, "", strings.Repeat(" ", vex.MaxBytes+1), 413, "longer than"},
		"a long product":      {d, "", statement("CVE-1", strings.Repeat("x", 100_000), "fixed"), 400, "nothing here is the product xxx"},
		"a long scope":        {d, "?scope=" + strings.Repeat("x", 100_000), good, 400, "scope: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			req := httptest.NewRequest("POST", "/components/vex"+c.query, strings.NewReader(c.body))
			if c.status == 415 {
				req.Header.Set("Content-Encoding", "br")
			}
			rec := httptest.NewRecorder()
			c.d.ServeHTTP(rec, req)
			is.Equal(rec.Code, c.status)
			is.True(strings.Contains(rec.Body.String(), c.told))
			is.True(rec.Body.Len() < 20_000) // whatever was sent
		})
	}
	t.Cleanup(func() { is.New(t).Equal(d.severity(t, "CVE-1"), "HIGH") }) // nothing was stored
	is.New(t).Equal(nobody.ask(t, "POST", "/components/vex?dry_run=1", good).Code, 200)
}

func TestVEXExport(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	d := newVEX(t, nil)
	is.Equal(d.ask(t, "POST", "/components/vex", statement("CVE-1", notAffected, "not_affected")).Code, 201)
	for format, contentType := range map[vex.Format]string{vex.OpenVEX: "application/json; charset=utf-8", vex.CycloneDX: "application/vnd.cyclonedx+json; version=1.6"} {
		rec := d.ask(t, "GET", "/components/vex?component_name=acme.org/shop&version=1.0.0&author=Shop&format="+string(format), "")
		is.Equal(rec.Code, 200)
		is.Equal(rec.Header().Get("Content-Type"), contentType)
		is.Equal(rec.Header().Get("Content-Disposition"), `attachment; filename="acme.org_shop_1.0.0.`+string(format)+`.json"`)
		doc, err := vex.Parse(rec.Body.Bytes())
		is.NoErr(err)
		is.Equal(doc.Format, format)
		is.Equal(doc.Author, "Shop")
		is.Equal(len(doc.Statements), 2)
		is.Equal(doc.Statements[0].Status, vex.NotAffected)
		is.Equal(doc.Statements[1].Status, vex.UnderInvestigation)

		other := newVEX(t, nil) // what is exported is decided elsewhere as it is here
		is.Equal(other.ask(t, "POST", "/components/vex", rec.Body.String()).Code, 201)
		is.Equal(other.severity(t, "CVE-1"), "NONE")
	}
}

func TestVEXExportRefused(t *testing.T) {
	t.Parallel()
	delivery := newDelivery()
	delivery.add(t, descriptor("acme.org/shop", "1.0.0", ``, image("web", "1", "")))
	d := newVEX(t, func(_ *odg.Config, c *httpapi.Config) { c.Components = delivery.archive(t) })
	d.put(t, found(`"2.0.0"`, "meta/artefact_scan_info", "trivy", `{}`))
	for name, c := range map[string]struct {
		query  string
		status int
		told   string
	}{
		"greatest":          {"component_name=acme.org/shop&version=greatest&format=openvex", 200, "CVE-1"},
		"no greatest":       {"component_name=acme.org/none&version=greatest&format=openvex", 404, "no greatest version"},
		"no name":           {"version=1.0.0&format=openvex", 400, "component_name"},
		"no version":        {"component_name=acme.org/shop&format=openvex", 400, "version"},
		"no format":         {"component_name=acme.org/shop&version=1.0.0", 400, "format"},
		"unknown format":    {"component_name=acme.org/shop&version=1.0.0&format=csaf", 400, `format: "csaf" is unknown, want openvex or cyclonedx`},
		"unknown version":   {"component_name=acme.org/shop&version=9&format=openvex", 404, "acme.org/shop:9: nothing is known of it"},
		"long names":        {"component_name=" + strings.Repeat("x", 100_000) + "&version=9&format=openvex", 404, "nothing is known of it"},
		"nothing was found": {"component_name=acme.org/shop&version=2.0.0&format=openvex", 404, "no vulnerability was found in it"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			rec := d.ask(t, "GET", "/components/vex?"+c.query, "")
			is.Equal(rec.Code, c.status)
			is.True(strings.Contains(rec.Body.String(), c.told))
			is.True(rec.Body.Len() < 5000)
		})
	}
	is.New(t).Equal(ask(newAPI(httpapi.Config{Findings: &findingcfg.Config{}}), "GET", "/components/vex?component_name=a&version=1&format=openvex", "").Code, 404)
}

// Documents are exported by the scopes that the core goes by.
func TestVEXPeerScopes(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	d := newVEX(t, func(c *odg.Config, a *httpapi.Config) {
		c.PeerScopes, a.Scopes = true, rescore.Options{PeerScopes: true}
	})
	is.Equal(d.ask(t, "POST", "/components/vex?scope=global", statement("CVE-1", notAffected, "not_affected")).Code, 201)
	is.Equal(d.severity(t, "CVE-1"), "HIGH") // as existing installations read it
	rec := d.ask(t, "GET", "/components/vex?component_name=acme.org/shop&version=1.0.0&format=openvex", "")
	is.True(!strings.Contains(rec.Body.String(), "not_affected"))
}
