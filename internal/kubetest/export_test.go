//go:build unix

package kubetest

// What a machine with the control plane cannot show from outside.
var Unavailable = unavailable
