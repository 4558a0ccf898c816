// Command cluster is a Kubernetes control plane for tests in one binary: etcd,
// kube-apiserver and kube-controller-manager, built from their Go modules, and a
// simulated kubelet. It needs no release binaries, no container engine and no root.
//
//	cluster up [kube-apiserver flags]   serve until standard input ends
//	cluster run COMMAND [ARGUMENT]...   serve while COMMAND runs
//
// It is a module of its own, so that the two hundred modules that Kubernetes requires
// stay out of the library. Its parts are subcommands of the same binary, which it
// starts as its children:
//
//	cluster etcd DIRECTORY
//	cluster kube-apiserver [FLAG]...
//	cluster kube-controller-manager [FLAG]...
//
// Package kubetest is what tests use.
package main

import (
	"errors"
	"fmt"
	"os"

	"k8s.io/component-base/cli"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
)

var errUsage = errors.New("usage: cluster up [kube-apiserver flags] | cluster run COMMAND [ARGUMENT]...")

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, errUsage)
		os.Exit(2)
	}
	code, err := dispatch(os.Args[1], os.Args[2:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "cluster:", err)
	}
	os.Exit(code)
}

// dispatch returns the exit code.
func dispatch(name string, args []string) (int, error) {
	var err error
	switch {
	case name == "up":
		err = up(args)
	case name == "run" && len(args) > 0:
		return run(args)
	case name == "etcd" && len(args) == 1:
		leash(args[0])
		err = serveEtcd(args[0])
	case name == "kube-apiserver":
		leash("")
		command := apiserver.NewAPIServerCommand()
		command.SetArgs(args)
		return cli.Run(command), nil
	case name == "kube-controller-manager":
		leash("")
		command := controllermanager.NewControllerManagerCommand()
		command.SetArgs(args)
		return cli.Run(command), nil
	default:
		return 2, errUsage
	}
	if err != nil {
		return 1, err
	}
	return 0, nil
}
