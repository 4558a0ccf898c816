package storetest

import (
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/metadata"
)

// reuseCases are about what two entries of each type must agree on.
var reuseCases = []testCase{
	reuse("vulnerabilities agree on package and CVE", metadata.TypeVulnerability,
		`{"package_name":"p","package_version":"1","severity":"HIGH","cve":"CVE-1","cvss_score":7}`,
		[]string{`{"package_name":"p","package_version":"2","severity":"LOW","cve":"CVE-1","cvss_score":7}`},
		[]string{
			`{"package_name":"q","package_version":"1","severity":"HIGH","cve":"CVE-1","cvss_score":7}`,
			`{"package_name":"p","package_version":"1","severity":"HIGH","cve":"CVE-2","cvss_score":7}`,
		}),
	reuse("licences agree on package and licence", metadata.TypeLicense,
		licence("p", "1", "GPL"), []string{licence("p", "2", "GPL")},
		[]string{licence("q", "1", "GPL"), licence("p", "1", "MIT")}),
	reuse("intellectual property agrees on package, licence, labels and violation", metadata.TypeIP,
		`{"severity":"X","package_name":"p","package_version":"1","license":{"name":"GPL"},"policy_violation":{"name":"v"},"labels":["a","b"],"host":"h"}`,
		[]string{`{"severity":"X","package_name":"p","package_version":"2","license":{"name":"GPL"},"policy_violation":{"name":"v"},"labels":["b","a"],"host":"i"}`},
		[]string{
			`{"severity":"X","package_name":"q","package_version":"1","license":{"name":"GPL"},"policy_violation":{"name":"v"},"labels":["a","b"],"host":"h"}`,
			`{"severity":"X","package_name":"p","package_version":"1","license":{"name":"MIT"},"policy_violation":{"name":"v"},"labels":["a","b"],"host":"h"}`,
			`{"severity":"X","package_name":"p","package_version":"1","license":{"name":"GPL"},"policy_violation":{"name":"w"},"labels":["a","b"],"host":"h"}`,
			`{"severity":"X","package_name":"p","package_version":"1","license":{"name":"GPL"},"policy_violation":{"name":"v"},"labels":["a"],"host":"h"}`,
		}),
	reuse("operating systems agree on name and version id", metadata.TypeOSIDFinding,
		osid("debian", "Debian", "11"), []string{osid("other", "Debian", "11")},
		[]string{osid("debian", "Debian", "12"), osid("debian", "Alpine", "11")}),
	reuse("others agree on the data key", metadata.TypeSAST,
		`{"severity":"X","sast_status":"no-linter","sub_type":"local-linting"}`,
		[]string{`{"severity":"Y","sast_status":"no-linter","sub_type":"local-linting"}`},
		[]string{`{"severity":"X","sast_status":"no-linter","sub_type":"central-linting"}`}),
	reuse("those without a key are all the same", metadata.TypeSnapshot,
		`{"state":[]}`, []string{`{"state":[{"timestamp":"2026-01-01T00:00:00","status":"active","service":null}]}`}, nil),
	reuse("objects of unknown types are all the same, also those with a key", "acme/custom",
		`{"key":"a"}`, []string{`{"key":"b"}`, `{"x":1}`}, nil),
	{"a date is found by what a stored entry says now", func(t *testing.T, b *bench) {
		is := is.New(t)
		id := image("web", "1")
		b.put(discovered(entry(id, metadata.TypeOSIDFinding, osid("debian", "Debian", "11")), firstDay))
		b.put(entry(id, metadata.TypeOSIDFinding, osid("debian", "Debian", "12"))) // the key is the ID only
		old, young := entry(image("web", "2"), metadata.TypeOSIDFinding, osid("debian", "Debian", "11")),
			entry(image("web", "3"), metadata.TypeOSIDFinding, osid("debian", "Debian", "12"))
		b.put(discovered(old, today))
		b.put(discovered(young, today))
		is.Equal(b.get(old).DiscoveryDate, today)
		is.Equal(b.get(young).DiscoveryDate, firstDay)
	}},
}

func licence(pkg, version, name string) string {
	return `{"package_name":"` + pkg + `","package_version":"` + version +
		`","base_url":"b","report_url":"r","product_id":1,"group_id":2,"severity":"X","license":{"name":"` + name + `"}}`
}

func osid(id, name, version string) string {
	return `{"severity":"X","osid":{"ID":"` + id + `","NAME":"` + name + `","VERSION_ID":"` + version + `"},"os_status":"upToDate"}`
}

// reuse makes a case: after first was stored for one version of an artefact, each
// of same takes its discovery date for another version and none of others does.
func reuse(name string, typ metadata.Type, first string, same, others []string) testCase {
	return testCase{name, func(t *testing.T, b *bench) {
		b.put(discovered(entry(image("web", "1"), typ, first), firstDay))
		for want, list := range map[metadata.Date][]string{firstDay: same, today: others} {
			for i, data := range list {
				// In a batch of its own artefact version, so that it meets only the first.
				e := entry(image("web", string(want)+string(rune('a'+i))), typ, data)
				b.put(discovered(e, today))
				got := b.get(e).DiscoveryDate
				_, err := b.Delete(t.Context(), []string{e.ID()})
				is := is.New(t)
				is.NoErr(err)
				is.Equal(got, want) // discovery date of the second
			}
		}
	}}
}
