package kube

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/scheme"
	coreclient "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/tools/record"

	"github.com/opendeliverygear/odg/scaling"
)

// eventSource is the component that Events name.
const eventSource = "backlog-controller"

// eventSink writes Events in the background. Equal ones become one with a count, and
// many about one Deployment are dropped, so that they never burden the cluster.
type eventSink struct {
	client      coreclient.EventInterface
	broadcaster record.EventBroadcaster
	recorder    record.EventRecorder
}

func (s *eventSink) start() {
	s.broadcaster = record.NewBroadcaster()
	s.broadcaster.StartRecordingToSink(&coreclient.EventSinkImpl{Interface: s.client})
	s.recorder = s.broadcaster.NewRecorder(scheme.Scheme, corev1.EventSource{Component: eventSource})
}

func (s *eventSink) stop() { s.broadcaster.Shutdown() }

// report tells a person what the loop did: in the log, and by an Event of the
// Deployment, which need not exist for that.
func (c *Controller) report(r scaling.Report) {
	c.metrics.reported(r)
	name := DeploymentName(r.Service)
	event, kind := c.log.Info(), corev1.EventTypeNormal
	if r.Reason.Warning() {
		event, kind = c.log.Warn(), corev1.EventTypeWarning
	}
	event = event.Str("extension", r.Service).Str("deployment", name).Str("reason", string(r.Reason))
	if r.Item != "" {
		event = event.Str("backlog_item", r.Item).Str("cause", string(r.Cause))
	}
	if r.Err != nil {
		event = event.Err(r.Err)
	}
	event.Msg(r.Text)
	c.events.recorder.Event(c.deploymentReference(name), kind, string(r.Reason), r.Text)
}

func (c *Controller) deploymentReference(name string) *corev1.ObjectReference {
	reference := &corev1.ObjectReference{APIVersion: "apps/v1", Kind: "Deployment", Namespace: c.cfg.Namespace, Name: name}
	if object, _, _ := c.deploys.GetStore().GetByKey(c.cfg.Namespace + "/" + name); object != nil {
		if m, ok := object.(metav1.Object); ok {
			reference.UID, reference.ResourceVersion = m.GetUID(), m.GetResourceVersion()
		}
	}
	return reference
}
