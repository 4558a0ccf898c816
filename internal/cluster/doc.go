// Package cluster holds what the commands of ODG share that work in a Kubernetes
// cluster: the flags that say which one it is, and what is done with the words of
// client-go.
package cluster
