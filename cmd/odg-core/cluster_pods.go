package main

import (
	"context"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/opendeliverygear/odg/httpapi"
)

// Containers implements [httpapi.Workloads], in the order of the pods' names.
func (v *view) Containers(context.Context) ([]httpapi.Container, error) {
	known, err := v.known(resourcePods, v.pods)
	if err != nil {
		return nil, err
	}
	var pods []*corev1.Pod
	for _, object := range known.List() {
		if pod, is := object.(*corev1.Pod); is && pod.Labels["app"] != "" {
			pods = append(pods, pod)
		}
	}
	slices.SortFunc(pods, func(a, b *corev1.Pod) int { return strings.Compare(a.Name, b.Name) })
	var all []httpapi.Container
	for _, pod := range pods {
		for _, s := range pod.Status.ContainerStatuses {
			all = append(all, httpapi.Container{
				App: pod.Labels["app"], Name: s.Name, ID: text(s.ContainerID), Image: s.Image, ImageID: s.ImageID, Ready: s.Ready,
				State: containerState(s.State), LastState: containerState(s.LastTerminationState),
			})
		}
	}
	return all, nil
}

func containerState(from corev1.ContainerState) (s httpapi.ContainerState) {
	if r := from.Running; r != nil {
		s.Running.StartedAt = instant(r.StartedAt)
	}
	if t := from.Terminated; t != nil {
		s.Terminated.ID, s.Terminated.Message, s.Terminated.Reason = text(t.ContainerID), text(t.Message), text(t.Reason)
		s.Terminated.ExitCode = &t.ExitCode
		if t.Signal != 0 {
			s.Terminated.Signal = &t.Signal
		}
		s.Terminated.StartedAt, s.Terminated.FinishedAt = instant(t.StartedAt), instant(t.FinishedAt)
	}
	if w := from.Waiting; w != nil {
		s.Waiting.Message, s.Waiting.Reason = text(w.Message), text(w.Reason)
	}
	return s
}

// text is null if it is empty.
func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func instant(t metav1.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t.Time
}
