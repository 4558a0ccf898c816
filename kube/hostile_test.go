package kube_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/matryer/is"
	"github.com/rs/zerolog"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/internal/kubetest"
	"github.com/opendeliverygear/odg/kube"
)

const (
	meta     = `"name":"x","resourceVersion":"1","uid":"u","creationTimestamp":"2026-01-15T12:00:00Z"`
	good     = `{"artefact":{"component_name":"c","artefact":{"artefact_name":"a"}},"priority":4,"timestamp":"2026-01-02T03:04:05"}`
	ofOSID   = `"labels":{"delivery-gear.gardener.cloud/service":"osid"}`
	heldOSID = `"labels":{"delivery-gear.gardener.cloud/service":"osid","delivery-gear.gardener.cloud/claimed":"True"}`
)

// object writes a resource with more metadata.
func object(more, spec string) string {
	text := `{"metadata":{` + meta
	if more != "" {
		text += "," + more
	}
	text += "}"
	if spec != "" {
		text += `,"spec":` + spec
	}
	return text + "}"
}

func TestBadItems(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		json   string
		usable bool
		says   string // in one of the faults
	}{
		{"good", object(ofOSID, good), true, ""},
		{"unknown fields", object(ofOSID, `{"new":1,"artefact":{"component_name":"c","novel":[1]},"priority":0,"timestamp":"2026-01-02 03:04:05"}`), true, ""},
		{"nulls", object(ofOSID, `{"artefact":{"component_name":null,"artefact":null,"artefact_kind":null,"references":null},"priority":null,"timestamp":"2026-01-02T03:04:05Z"}`), true, ""},
		{"no spec", object(ofOSID, ""), false, "spec: is missing"},
		{"empty spec", object(ofOSID, "{}"), false, "spec.artefact: is missing"},
		{"spec is a text", object(ofOSID, `"x"`), false, "spec: want an object"},
		{"spec is null", object(ofOSID, `null`), false, "spec.artefact: is missing"},
		{"no artefact", object(ofOSID, `{"priority":1}`), false, "spec.artefact: is missing"},
		{"artefact is a number", object(ofOSID, `{"artefact":7}`), false, "spec.artefact"},
		{"artefact name is a list", object(ofOSID, `{"artefact":{"artefact":{"artefact_name":["a"]}}}`), false, "spec.artefact.artefact.artefact_name"},
		{"extra id is no text", object(ofOSID, `{"artefact":{"artefact":{"artefact_extra_id":{"arch":7}}}}`), false, "artefact_extra_id"},
		{"no priority", object(ofOSID, `{"artefact":{},"timestamp":"2026-01-02T03:04:05"}`), true, ""},
		{"priority is a text", object(ofOSID, `{"artefact":{},"priority":"HIGH"}`), false, "spec.priority"},
		{"priority is negative", object(ofOSID, `{"artefact":{},"priority":-1}`), false, "spec.priority"},
		{"priority is a fraction", object(ofOSID, `{"artefact":{},"priority":1.5}`), false, "spec.priority"},
		{"priority is huge", object(ofOSID, `{"artefact":{},"priority":1e300}`), false, "spec.priority"},
		{"priority out of range", object(ofOSID, `{"artefact":{},"priority":4294967296,"timestamp":"2026-01-02T03:04:05"}`), false, "spec.priority"},
		{"unknown priority", object(ofOSID, `{"artefact":{},"priority":77,"timestamp":"2026-01-02T03:04:05"}`), true, ""},
		{"no timestamp", object(ofOSID, `{"artefact":{},"priority":1}`), true, "spec.timestamp"},
		{"timestamp does not parse", object(ofOSID, `{"artefact":{},"timestamp":"yesterday"}`), true, "spec.timestamp"},
		{"timestamp is a number", object(ofOSID, `{"artefact":{},"timestamp":12}`), false, "spec.timestamp"},
		{"no service", object("", good), false, "has no service id"},
		{"service is no name", object(`"labels":{"delivery-gear.gardener.cloud/service":"a.b"}`, good), false, "a.b"},
		{"claimed without annotations", object(heldOSID, good), true, "no annotation says by whom"},
		{"claimed at no time", object(heldOSID+`,"annotations":{"delivery-gear.gardener.cloud/claimed-by":"p","delivery-gear.gardener.cloud/claimed-at":"soon"}`, good), true, "claimed-at"},
		{"attempts are no number", object(ofOSID+`,"annotations":{"odg.delivery-gear.gardener.cloud/attempts":"-3"}`, good), true, "attempts"},
		{"not before no time", object(ofOSID+`,"annotations":{"odg.delivery-gear.gardener.cloud/not-before":""}`, good), true, "not-before"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			var b kube.BacklogItem
			is.NoErr(json.Unmarshal([]byte(test.json), &b))
			_, err := b.Item()
			is.Equal(err == nil, test.usable)
			is.True(strings.Contains(fmt.Sprint(b.Faults()), test.says))
			is.Equal(len(b.Faults()) == 0, test.says == "")
			var bad *kube.MalformedError
			is.Equal(errors.As(err, &bad), !test.usable)
		})
	}
}

// Whatever is written into a resource, reading it ends well.
func FuzzBacklogItem(f *testing.F) {
	f.Add(good, "True", "2026-01-02T03:04:05Z", "1")
	f.Add(`{"artefact":{"references":[{}]}}`, "yes", "", "x")
	f.Fuzz(func(t *testing.T, spec, label, at, count string) {
		var b kube.BacklogItem
		if err := b.Spec.UnmarshalJSON([]byte(spec)); err != nil {
			t.Fatal(err)
		}
		b.Labels = map[string]string{kube.LabelService: "osid", kube.LabelClaimed: label, kube.LabelState: label}
		b.Annotations = map[string]string{
			kube.AnnotationClaimedAt: at, kube.AnnotationBoundTo: at, kube.AnnotationLeaseUntil: at,
			kube.AnnotationToken: count, kube.AnnotationAttempts: count, kube.AnnotationNotBefore: at,
		}
		if s := b.Status(); s.Attempts < 0 || s.State == "" {
			t.Errorf("status %+v", s)
		}
		if item, err := b.Item(); err == nil && item.Validate() != nil {
			t.Errorf("item %+v is not valid", item)
		}
	})
}

// buffer is a log that is written while it is read.
type buffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.String()
}

// Items that anybody made by hand keep nobody from working on others; what is
// wrong with each is told once.
func TestHostileItemsInTheCluster(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	config := cluster(t)
	namespace := kubetest.Namespace(t, config)
	items := resource(t, config, namespace, kube.ResourceBacklogItems)
	make := func(name, more, spec string) {
		t.Helper()
		o := unstructured.Unstructured{}
		text := strings.Replace(object(more, spec), meta, `"name":"`+name+`"`, 1)
		is.NoErr(json.Unmarshal([]byte(strings.Replace(text, "{", `{"apiVersion":"delivery-gear.gardener.cloud/v1","kind":"BacklogItem",`, 1)), &o.Object))
		_, err := items.Create(t.Context(), &o, metav1.CreateOptions{})
		is.NoErr(err)
	}
	make("no-spec", ofOSID, "")
	make("no-artefact", ofOSID, `{"priority":8,"timestamp":"2026-01-02T03:04:05"}`)
	make("no-service", "", good)
	make("other-service", `"labels":{"delivery-gear.gardener.cloud/service":"nobodyKnows"}`, good)
	make("bad-extra-id", ofOSID, `{"artefact":{"artefact":{"artefact_extra_id":{"arch":{"deep":[1]}}}}}`)
	make("made-by-hand", ofOSID, `{"priority":8,"timestamp":"soon","artefact":{"component_name":"hand","new":{"kept":true}},"kept":[1]}`)
	make("claimed-by-nobody", heldOSID, good)

	log := &buffer{}
	q := synced(t, newClient(t, config, namespace), kube.QueueConfig{Log: zerolog.New(log)})
	malformed, err := q.Malformed(t.Context())
	is.NoErr(err)
	names := []string{}
	for _, bad := range malformed {
		names = append(names, bad.Name)
		is.True(strings.Contains(log.String(), bad.Name))
	}
	is.Equal(names, []string{"bad-extra-id", "no-artefact", "no-service", "no-spec"})
	is.Equal(strings.Count(log.String(), `"backlog_item":"no-artefact"`), 1)

	hand, err := q.Claim(t.Context(), claimFor("pod-0"))
	is.NoErr(err)
	is.Equal(*hand.Item.Artefact.ComponentName, "hand") // priority 8
	is.NoErr(q.Renew(t.Context(), hand, time.Minute))
	o, err := items.Get(t.Context(), "made-by-hand", metav1.GetOptions{})
	is.NoErr(err)
	kept, _, _ := unstructured.NestedBool(o.Object, "spec", "artefact", "new", "kept")
	is.True(kept) // fields that we do not know are still there
	is.NoErr(q.Finish(t.Context(), hand))
	_, err = items.Get(t.Context(), "made-by-hand", metav1.GetOptions{})
	is.True(err != nil) // found by the name that it was given

	nobody, err := q.Claim(t.Context(), claimFor("pod-0"))
	is.NoErr(err) // nobody could be told that it is theirs
	is.NoErr(q.Finish(t.Context(), nobody))
	_, err = q.Claim(t.Context(), claimFor("pod-0"))
	is.True(errors.Is(err, backlog.ErrEmpty))
	is.NoErr(q.Drop(t.Context(), "no-spec"))
}

func TestBadRuntimeArtefacts(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	config := cluster(t)
	namespace := kubetest.Namespace(t, config)
	artefacts := resource(t, config, namespace, kube.ResourceRuntimeArtefacts)
	for name, spec := range map[string]string{
		"a-good":          `{"creation_date":"2026-01-02T03:04:05+00:00","artefact":{"component_name":"c","artefact_kind":"runtime","artefact":{"artefact_name":"a"}}}`,
		"b-same":          `{"artefact":{"component_name":"c","artefact_kind":"runtime","artefact":{"artefact_name":"a"},"references":[]}}`,
		"c-no-artefact":   `{}`,
		"d-unknown-kind":  `{"artefact":{"artefact_kind":"planet"}}`,
		"e-references":    `{"artefact":{"artefact_kind":"runtime","references":[{"component_name":"d"}]}}`,
		"f-bad-extra-id":  `{"artefact":{"artefact_kind":"runtime","artefact":{"artefact_extra_id":{"a":{}}}}}`,
		"g-good-as-well":  `{"artefact":{"component_name":"d","artefact_kind":"runtime","artefact":{"artefact_name":"a"}},"unknown":1}`,
		"h-no-attributes": `{"artefact":{}}`,
	} {
		o := unstructured.Unstructured{}
		is.NoErr(json.Unmarshal([]byte(`{"apiVersion":"delivery-gear.gardener.cloud/v1","kind":"RuntimeArtefact","metadata":{"name":"`+name+`"},"spec":`+spec+`}`), &o.Object))
		_, err := artefacts.Create(t.Context(), &o, metav1.CreateOptions{})
		is.NoErr(err)
	}
	client, err := kube.NewClient(config, kube.Config{Namespace: namespace, PageSize: 2})
	is.NoErr(err)
	ids, malformed, err := client.ReadRuntimeArtefacts(t.Context())
	is.NoErr(err)
	is.Equal(len(ids), 2)
	faults := []string{}
	for _, bad := range malformed {
		faults = append(faults, bad.Name+" "+bad.Faults[0].Path)
	}
	is.Equal(faults, []string{
		"c-no-artefact spec.artefact", "d-unknown-kind spec.artefact.artefact_kind",
		"e-references spec.artefact.references", "f-bad-extra-id spec.artefact.artefact.artefact_extra_id",
		"h-no-attributes spec.artefact",
	})
	count := map[bool]int{}
	for _, err := range (kube.RuntimeSource{Client: client}).RuntimeArtefacts(context.Background()) {
		count[err == nil]++
	}
	is.Equal(count, map[bool]int{true: 2, false: 5})
}
