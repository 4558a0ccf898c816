package kube_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/matryer/is"
	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/opendeliverygear/odg/internal/kubetest"
	"github.com/opendeliverygear/odg/kube"
)

// logClient returns a client of a namespace of its own, with the custom resources.
func logClient(t *testing.T) *kube.Client {
	t.Helper()
	config := kubetest.Config(t)
	kubetest.InstallCRDs(t, config)
	client, err := kube.NewClient(config, kube.Config{Namespace: kubetest.Namespace(t, config)})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func logged(t *testing.T, client *kube.Client, name string) []kube.LogLine {
	t.Helper()
	l, err := client.LogCollections().Get(t.Context(), name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return l.Spec.Logs
}

func TestLogKeeper(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	client := logClient(t)
	keeper := kube.NewLogKeeper(kube.LogKeeperConfig{Service: "sbomGenerator", Pod: "pod-1"})
	at := time.Date(2026, 1, 15, 12, 0, 0, 0, time.FixedZone("", 3600))
	log := zerolog.New(keeper).With().Time("time", at).Logger()
	log.Info().Str("backlog_item", "osid-1").Int("attempts", 2).Msg("scan started")
	log.Debug().Msg("not kept")
	log.Error().Msg("very " + strings.Repeat("l", 20_000) + "ong")
	_, err := keeper.Write([]byte("no JSON\n"))
	is.NoErr(err)
	is.NoErr(keeper.Flush(t.Context(), client))
	log.Info().Msg("scan finished")
	is.NoErr(keeper.Flush(t.Context(), client))
	is.NoErr(keeper.Flush(t.Context(), client)) // nothing to do

	is.Equal(logged(t, client, "logs-sbomgenerator-info"), []kube.LogLine{
		{Timestamp: "2026-01-15T11:00:00.000Z", Name: "sbomGenerator", LogLevel: "INFO", Thread: "pod-1", Message: "scan started backlog_item=osid-1 attempts=2"},
		{Timestamp: "2026-01-15T11:00:00.000Z", Name: "sbomGenerator", LogLevel: "INFO", Thread: "pod-1", Message: "scan finished"},
	})
	long := logged(t, client, "logs-sbomgenerator-error")
	is.Equal(len(long), 1)
	is.True(len(long[0].Message) < 300)
	is.True(strings.HasPrefix(long[0].Message, "very lll"))
	_, err = client.LogCollections().Get(t.Context(), "logs-sbomgenerator-warning", metav1.GetOptions{})
	is.True(err != nil) // nobody warned
}

// Several pods of one service store their lines in one collection, of which the oldest
// lines go.
func TestLogKeepersTogether(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	client := logClient(t)
	var pods errgroup.Group
	for pod := range 4 {
		pods.Go(func() error {
			keeper := kube.NewLogKeeper(kube.LogKeeperConfig{Service: "osid", Pod: fmt.Sprint(pod)})
			log := zerolog.New(keeper)
			for n := range 3 {
				log.Info().Int("n", n).Msg(strings.Repeat("x", 1000))
				if err := keeper.Flush(t.Context(), client); err != nil {
					return err
				}
			}
			return nil
		})
	}
	is.NoErr(pods.Wait())
	is.Equal(len(logged(t, client, "logs-osid-info")), 12)

	keeper := kube.NewLogKeeper(kube.LogKeeperConfig{Service: "osid", Pod: "last"})
	log := zerolog.New(keeper)
	for n := range 2000 {
		log.Info().Int("n", n).Msg(strings.Repeat("y", 1000))
	}
	is.NoErr(keeper.Flush(t.Context(), client))
	lines := logged(t, client, "logs-osid-info")
	is.True(len(lines) > 600 && len(lines) < 700)
	is.True(strings.HasSuffix(lines[len(lines)-1].Message, "n=1999"))
}

// What cannot be stored is told once, kept, and stored later, at the end at the latest.
func TestLogKeeperThatCannotStore(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	config := kubetest.Config(t)
	kubetest.InstallCRDs(t, config)
	namespace := kubetest.Namespace(t, config)
	account := kubetest.ServiceAccount(t, config, namespace, "osid") // it may do nothing yet
	client, err := kube.NewClient(account, kube.Config{Namespace: namespace})
	is.NoErr(err)
	var own bytes.Buffer
	keeper := kube.NewLogKeeper(kube.LogKeeperConfig{Service: "osid", Interval: 10 * time.Millisecond, Log: zerolog.New(&own)})
	log := zerolog.New(keeper)
	log.Warn().Msg("odd")
	err = keeper.Flush(t.Context(), client)
	is.True(strings.Contains(err.Error(), "the Role of this ServiceAccount lacks the permission"))

	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- keeper.Run(ctx, client) }()
	kubetest.InstallRoles(t, config, namespace)
	kubetest.Eventually(t, "the line is stored", func(ctx context.Context) error {
		admin, err := kube.NewClient(config, kube.Config{Namespace: namespace})
		if err == nil {
			_, err = admin.LogCollections().Get(ctx, "logs-osid-warning", metav1.GetOptions{})
		}
		return err
	})
	log.Error().Msg("the end")
	cancel()
	is.NoErr(<-done)
	is.Equal(logged(t, client, "logs-osid-error")[0].Message, "the end")
	is.True(strings.Count(own.String(), "log lines not stored") <= 1)
}

// A collection that nobody can read is begun anew.
func TestLogKeeperOverMalformed(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	client := logClient(t)
	_, err := client.LogCollections().Create(t.Context(), &kube.LogCollection{
		TypeMeta:   metav1.TypeMeta{APIVersion: kube.GroupVersion.String(), Kind: kube.KindLogCollection},
		ObjectMeta: metav1.ObjectMeta{Name: "logs-osid-info"},
	}, metav1.CreateOptions{})
	is.NoErr(err)
	keeper := kube.NewLogKeeper(kube.LogKeeperConfig{Service: "osid"})
	log := zerolog.New(keeper)
	log.Info().Msg("here")
	is.NoErr(keeper.Flush(t.Context(), client))
	is.Equal(len(logged(t, client, "logs-osid-info")), 1)
}
