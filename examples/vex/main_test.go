package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"
)

const want = `VULNERABILITY  STATUS               RESULT           PRODUCT
CVE-2026-0001  not_affected         decided          pkg:oci/web?tag=1.4.2 pkg:deb/debian/openssl@3.0.1
CVE-2026-0002  not_affected         uncovered        pkg:deb/debian/zlib1g@1.2
CVE-2026-0003  under_investigation  undecided        pkg:oci/web?tag=1.4.2
CVE-2026-0003  under_investigation  unknown-product  pkg:oci/database?tag=16
CVE-2026-0001: not_affected
CVE-2026-0002: under_investigation
CVE-2026-0003: under_investigation
`

func TestRun(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var stdout bytes.Buffer
	is.NoErr(run(t.Context(), ".", "supplier.openvex.json", &stdout))
	is.Equal(cmp.Diff(want, stdout.String()), "")
}

func TestFaults(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	err := run(t.Context(), ".", "findings-cfg.yaml", &bytes.Buffer{})
	is.True(strings.Contains(err.Error(), "findings-cfg.yaml: ")) // names the document
	is.True(run(t.Context(), ".", "missing.json", &bytes.Buffer{}) != nil)
	is.True(run(t.Context(), "nowhere", "supplier.openvex.json", &bytes.Buffer{}) != nil)
}
