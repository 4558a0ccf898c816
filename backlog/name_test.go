package backlog_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/internal/vectors"
)

func TestRecordedNames(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var v struct {
		Cases []struct {
			ID       string                            `json:"id"`
			Artefact artefact.ID                       `json:"artefact"`
			Names    map[string]vectors.Result[string] `json:"names"`
		} `json:"cases"`
	}
	vectors.Load(t, "backlog_names.json", &v)
	is.True(len(v.Cases) > 0)
	for _, c := range v.Cases {
		t.Run(c.ID, func(t *testing.T) {
			is := is.New(t)
			for service, want := range c.Names {
				is.True(!want.Failed())
				is.Equal(backlog.Name(service, c.Artefact), want.Value)
				is.NoErr(backlog.ValidateService(service))
			}
		})
	}
}

func TestValidateService(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	for _, service := range []string{"osid", "issueReplicator", "odg-operator", "sbom_generator", "a", "z", "A", "Z", "0", "9", strings.Repeat("a", 63)} {
		is.NoErr(backlog.ValidateService(service))
	}
	for _, service := range []string{"", "-a", "a-", "_", "a b", "a.b", "ärtefakt", "a/b", "a\x00", "a`", "{a", "@a", "a[", "/a", "a:", strings.Repeat("a", 64)} {
		is.True(backlog.ValidateService(service) != nil)
	}
}

// objectName is the rule for names of Kubernetes objects (RFC 1123 subdomain).
var objectName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)

// labelValue is the rule for values of Kubernetes labels.
var labelValue = regexp.MustCompile(`^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)$`)

func FuzzName(f *testing.F) {
	f.Add("issueReplicator", "acme.org/shop", "1.0.0", "web")
	f.Add("sbom_generator", "", "", "")
	f.Add("_", "Ä|ö", "\x00", "None")
	f.Fuzz(func(t *testing.T, service, component, version, name string) {
		is := is.New(t)
		id := artefact.ID{ComponentName: &component, ComponentVersion: &version, Artefact: &artefact.LocalID{Name: &name}}
		got := backlog.Name(service, id)
		is.Equal(got, backlog.Item{Service: service, Artefact: id}.Name())
		if backlog.ValidateService(service) != nil {
			return
		}
		is.True(labelValue.MatchString(service))
		is.True(objectName.MatchString(got))
		is.True(len(got) <= 253)
		other := component + "x"
		id.ComponentName = &other
		is.True(backlog.Name(service, id) != got) // another artefact, another name
	})
}

func TestPriority(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	for text, p := range map[string]backlog.Priority{
		"NONE": 0, "LOW": 1, "MEDIUM": 2, "HIGH": 4, "CRITICAL": 8, "3": 3,
	} {
		is.Equal(p.String(), text)
		for _, spelling := range []string{text, strings.ToLower(text)} {
			got, err := backlog.ParsePriority(spelling)
			is.NoErr(err)
			is.Equal(got, p)
		}
	}
	for _, text := range []string{"", "urgent", "-1", "1.5", "99999999999999999999"} {
		_, err := backlog.ParsePriority(text)
		is.True(err != nil)
	}
	none, err := backlog.ParsePriority("0")
	is.NoErr(err)
	is.Equal(none, backlog.PriorityNone)
	is.True(backlog.Priority(-1).Validate() != nil)
	is.NoErr(backlog.Priority(3).Validate())
}

func TestCompare(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	at := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	urgent := backlog.Item{Service: "osid", Priority: backlog.PriorityHigh, Timestamp: at}
	old := backlog.Item{Service: "osid", Priority: backlog.PriorityLow, Timestamp: at.Add(-time.Hour)}
	young := backlog.Item{Service: "bdba", Priority: backlog.PriorityLow, Timestamp: at}
	later := backlog.Item{Service: "sast", Priority: backlog.PriorityLow, Timestamp: at.In(time.FixedZone("", 3600))}
	items := []backlog.Item{later, young, old, urgent}
	slices.SortFunc(items, backlog.Compare)
	is.Equal(items, []backlog.Item{urgent, old, young, later}) // same instant: by name
	is.Equal(backlog.Compare(old, old), 0)
}
