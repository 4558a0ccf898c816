package kube

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/validate/content"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/opendeliverygear/odg/backlog"
)

// explain tells people what to do about an answer of the API server.
func explain(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil && !errors.Is(err, context.Cause(ctx)):
		return fmt.Errorf("%w (%w)", context.Cause(ctx), err)
	case apierrors.IsForbidden(err):
		return fmt.Errorf("%w; the Role of this ServiceAccount lacks the permission", err)
	case missingCRD(err):
		return fmt.Errorf("%w; are the CustomResourceDefinitions of group %s installed?", err, Group)
	}
	return err
}

// Refused tells that the API server does not take an object as it is: it breaks a
// rule of its schema, or is too large. Trying again does not help.
func Refused(err error) bool {
	return apierrors.IsInvalid(err) || apierrors.IsRequestEntityTooLargeError(err) ||
		apierrors.IsInternalError(err) && strings.Contains(err.Error(), "request is too large") // that of etcd
}

// named returns an error if no resource can have that name.
func named(name string) error {
	if faults := content.IsPathSegmentName(name); name == "" || len(faults) > 0 {
		return fmt.Errorf("%w: nothing can be called %.80q", backlog.ErrNotFound, name)
	}
	return nil
}

// missingCRD tells the answer to a request for resources of a kind that the server
// does not know from that for one that does not exist.
func missingCRD(err error) bool {
	var status apierrors.APIStatus
	if !apierrors.IsNotFound(err) || !errors.As(err, &status) {
		return false
	}
	details := status.Status().Details
	if details == nil || details.Name == "" {
		return true
	}
	// The server says no more than "404 page not found".
	return slices.ContainsFunc(details.Causes, func(c metav1.StatusCause) bool {
		return c.Type == metav1.CauseTypeUnexpectedServerResponse
	})
}
