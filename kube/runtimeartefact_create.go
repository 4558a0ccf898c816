package kube

import (
	"context"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/opendeliverygear/odg/artefact"
)

// CreateRuntimeArtefact reports an artefact as seen running at a time, with labels. It
// does not ask if it was reported before. The name is runtime-artefact- and five
// characters that the API server chooses.
func (c *Client) CreateRuntimeArtefact(ctx context.Context, labels map[string]string, id artefact.ID, at time.Time) (*RuntimeArtefact, error) {
	ctx, cancel := c.request(ctx)
	defer cancel()
	created, err := c.artefacts.Create(ctx, &RuntimeArtefact{
		TypeMeta:   metav1.TypeMeta{APIVersion: GroupVersion.String(), Kind: KindRuntimeArtefact},
		ObjectMeta: metav1.ObjectMeta{GenerateName: "runtime-artefact-", Labels: labels},
		Spec:       RuntimeArtefactSpec{CreationDate: at.UTC().Format(time.RFC3339), Artefact: id},
	}, metav1.CreateOptions{FieldManager: FieldManager})
	if err != nil {
		return nil, fmt.Errorf("create runtime artefact of %.200s: %w", id, explain(ctx, err))
	}
	return created, nil
}

// DropRuntimeArtefact deletes a runtime artefact by the name of its resource. One that
// is not there is fine.
func (c *Client) DropRuntimeArtefact(ctx context.Context, name string) error {
	if named(name) != nil {
		return nil
	}
	ctx, cancel := c.request(ctx)
	defer cancel()
	err := c.artefacts.Delete(ctx, name, metav1.DeleteOptions{})
	if err == nil || isGone(err) {
		return nil
	}
	return fmt.Errorf("delete runtime artefact %s: %w", name, explain(ctx, err))
}
