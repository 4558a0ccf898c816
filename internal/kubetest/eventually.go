//go:build unix

package kubetest

import (
	"context"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

// patience is for one act of the control plane on a busy machine.
const patience = time.Minute

// Eventually returns when ready returns no error, which it asks several times a
// second, and fails t with ready's last error after a minute. what is for the message:
// what is waited for.
func Eventually(t testing.TB, what string, ready func(context.Context) error) {
	t.Helper()
	var last error
	err := wait.PollUntilContextTimeout(t.Context(), 20*time.Millisecond, patience, true, func(ctx context.Context) (bool, error) {
		last = ready(ctx)
		return last == nil, nil
	})
	if err != nil {
		t.Fatalf("waited in vain for: %s: %v (%v)", what, last, err)
	}
}
