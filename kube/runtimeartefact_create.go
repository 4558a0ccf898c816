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
		return nil, fmt.Errorf("create runtime artefact of %s: %w", id, explain(ctx, err))
	}
	return created, nil
}
