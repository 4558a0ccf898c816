package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/workqueue"
)

// node is the one node. Its name is what pods show.
const node = "simulated"

// kubelet is scheduler and kubelet in one: it binds each pod to the node, makes it
// Running and Ready, and completes its deletion. A pod whose phase a test has set is
// left alone, so that a test can let a pod fail or succeed.
type kubelet struct {
	client kubernetes.Interface
	pods   cache.Store
	queue  workqueue.TypedRateLimitingInterface[string]
}

// startKubelet works until ctx is over.
func startKubelet(ctx context.Context, client kubernetes.Interface) error {
	_, err := client.CoreV1().Nodes().Create(ctx, &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: node}}, metav1.CreateOptions{})
	if err != nil {
		return fmt.Errorf("make the simulated node: %w", err)
	}
	factory := informers.NewSharedInformerFactory(client, 0)
	informer := factory.Core().V1().Pods().Informer()
	k := &kubelet{client, informer.GetStore(), workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[string]())}
	enqueue := func(object any) {
		if key, err := cache.MetaNamespaceKeyFunc(object); err == nil { // of pods it never fails
			k.queue.Add(key)
		}
	}
	if _, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc: enqueue, UpdateFunc: func(_, now any) { enqueue(now) },
	}); err != nil {
		return err
	}
	factory.Start(ctx.Done())
	context.AfterFunc(ctx, k.queue.ShutDown)
	for range 4 {
		go k.work(ctx)
	}
	if !cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) {
		return errors.New("the simulated kubelet does not see pods")
	}
	return nil
}

func (k *kubelet) work(ctx context.Context) {
	for {
		key, over := k.queue.Get()
		if over {
			return
		}
		if err := k.sync(ctx, key); err != nil && !apierrors.IsNotFound(err) {
			k.queue.AddRateLimited(key) // such as while kube-apiserver is down
		} else {
			k.queue.Forget(key)
		}
		k.queue.Done(key)
	}
}

// sync takes a pod one step further. The step's own event brings the next one.
func (k *kubelet) sync(ctx context.Context, key string) error {
	object, there, err := k.pods.GetByKey(key)
	if err != nil || !there {
		return err
	}
	pod := object.(*corev1.Pod)
	switch {
	case pod.DeletionTimestamp != nil:
		now := metav1.NewPreconditionDeleteOptions(string(pod.UID))
		now.GracePeriodSeconds = new(int64)
		return k.client.CoreV1().Pods(pod.Namespace).Delete(ctx, pod.Name, *now)
	case pod.Spec.NodeName == "" && len(pod.Spec.SchedulingGates) == 0:
		return k.client.CoreV1().Pods(pod.Namespace).Bind(ctx, &corev1.Binding{
			ObjectMeta: metav1.ObjectMeta{Name: pod.Name, UID: pod.UID}, Target: corev1.ObjectReference{Kind: "Node", Name: node},
		}, metav1.CreateOptions{})
	case pod.Spec.NodeName == node && pod.Status.Phase == corev1.PodPending:
		return k.run(ctx, pod)
	}
	return nil
}

func (k *kubelet) run(ctx context.Context, pod *corev1.Pod) error {
	patch, err := json.Marshal(map[string]any{"metadata": map[string]any{"uid": pod.UID}, "status": running(pod)})
	if err != nil {
		return err
	}
	_, err = k.client.CoreV1().Pods(pod.Namespace).Patch(ctx, pod.Name, types.StrategicMergePatchType, patch, metav1.PatchOptions{}, "status")
	return err
}

// running is the status of a pod all of whose containers are up.
func running(pod *corev1.Pod) corev1.PodStatus {
	now, up := metav1.Now(), true
	status := corev1.PodStatus{Phase: corev1.PodRunning, StartTime: &now}
	for _, condition := range []corev1.PodConditionType{corev1.PodInitialized, corev1.ContainersReady, corev1.PodReady} {
		status.Conditions = append(status.Conditions, corev1.PodCondition{Type: condition, Status: corev1.ConditionTrue, LastTransitionTime: now})
	}
	for _, container := range pod.Spec.Containers {
		status.ContainerStatuses = append(status.ContainerStatuses, corev1.ContainerStatus{
			Name: container.Name, Image: container.Image, Ready: true, Started: &up,
			State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: now}},
		})
	}
	return status
}
