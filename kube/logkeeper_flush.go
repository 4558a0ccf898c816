package kube

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// lastFlush bounds storing the last lines, when Run is told to end.
const lastFlush = 10 * time.Second

// Run stores the lines from time to time until ctx ends, and then once more. What
// fails is told in the log, and tried again with later lines; Run returns nil.
func (k *LogKeeper) Run(ctx context.Context, client *Client) error {
	tick := time.NewTicker(k.cfg.Interval)
	defer tick.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastFlush)
			defer cancel()
			if err := k.Flush(ctx, client); err != nil && !failing {
				k.cfg.Log.Warn().Err(err).Msg("log lines not stored")
			}
			return nil
		case <-tick.C:
		}
		err := k.Flush(ctx, client)
		if err != nil && !failing && ctx.Err() == nil {
			k.cfg.Log.Warn().Err(err).Msg("log lines not stored; trying again")
		}
		failing = err != nil
	}
}

// Flush stores the lines that came since the last call after those that are in the
// collections, of which the oldest go. Lines that cannot be stored are kept for the
// next call.
func (k *LogKeeper) Flush(ctx context.Context, client *Client) error {
	var faults []error
	for _, level := range slices.Compact(slices.Sorted(maps.Values(levels))) {
		lines := k.take(level)
		if len(lines) == 0 {
			continue
		}
		if err := client.appendLogs(ctx, k.cfg.Service, level, lines); err != nil {
			k.giveBack(level, lines)
			faults = append(faults, fmt.Errorf("store log lines of level %s: %w", level, err))
		}
	}
	return errors.Join(faults...)
}

// logName is the name of a collection, as existing installations have it.
func logName(service, level string) string {
	return "logs-" + DeploymentName(service) + "-" + strings.ToLower(level)
}

// appendLogs adds lines to a collection, together with other pods that do.
func (c *Client) appendLogs(ctx context.Context, service, level string, lines []LogLine) error {
	name := logName(service, level)
	for range maxTries {
		there, err := c.getLogs(ctx, name)
		switch {
		case err == nil:
			err = c.patchLogs(ctx, name, there.ResourceVersion, latest(append(slices.Clip(there.Spec.Logs), lines...)))
		case isGone(err):
			err = c.createLogs(ctx, name, LogCollectionSpec{Service: service, LogLevel: level, Logs: latest(lines)})
		}
		if !apierrors.IsConflict(err) && !apierrors.IsAlreadyExists(err) && !isGone(err) {
			return err
		}
	}
	return errors.New("others changed the collection again and again")
}

// latest returns as many of the last lines as a collection may hold.
func latest(lines []LogLine) []LogLine {
	bytes, from := len("[]"), len(lines)
	for from > 0 {
		if bytes += lines[from-1].size(); bytes > MaxLogBytes {
			break
		}
		from--
	}
	return lines[from:]
}

func (c *Client) getLogs(ctx context.Context, name string) (*LogCollection, error) {
	ctx, cancel := c.request(ctx)
	defer cancel()
	there, err := c.collection.Get(ctx, name, metav1.GetOptions{})
	return there, explain(ctx, err)
}

func (c *Client) createLogs(ctx context.Context, name string, spec LogCollectionSpec) error {
	ctx, cancel := c.request(ctx)
	defer cancel()
	_, err := c.collection.Create(ctx, &LogCollection{
		TypeMeta:   metav1.TypeMeta{APIVersion: GroupVersion.String(), Kind: KindLogCollection},
		ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: spec,
	}, metav1.CreateOptions{FieldManager: FieldManager})
	return explain(ctx, err)
}

// patchLogs replaces the lines of a collection that nobody has changed since.
func (c *Client) patchLogs(ctx context.Context, name, version string, lines []LogLine) error {
	patch, err := json.Marshal(map[string]any{
		"metadata": map[string]any{"resourceVersion": version}, "spec": map[string]any{"logs": lines},
	})
	if err != nil {
		return err
	}
	ctx, cancel := c.request(ctx)
	defer cancel()
	_, err = c.collection.Patch(ctx, name, types.MergePatchType, patch, metav1.PatchOptions{FieldManager: FieldManager})
	return explain(ctx, err)
}
