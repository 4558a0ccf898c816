package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
)

// up serves until standard input ends, however the starter ended. It writes the path
// of the kubeconfig of a user who may do everything, and then, for each line it reads,
// "ok" or why that failed, in one line. The lines are orders to kube-apiserver:
//
//	kill     end it at once, its connections break
//	stop     end it as a rollout does: it finishes the requests it has and ends watches
//	start    start it on the same port with the same data; answered when it is ready
//	freeze   let it hang: connections stay open, nothing is answered
//	thaw     let it go on
func up(flags []string) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	orders := make(chan string)
	go func() {
		defer cancel()
		for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
			orders <- lines.Text()
		}
	}()
	p, err := newPlane(ctx, flags)
	if err != nil {
		return err
	}
	fmt.Println(p.file("kubeconfig"))
	return p.serve(ctx, orders, os.Stdout)
}

// serve obeys until ctx is over or a part ends that should not, and closes the plane.
func (p *plane) serve(ctx context.Context, orders <-chan string, answers io.Writer) (err error) {
	defer func() {
		if failed := p.close(); err == nil {
			err = failed
		}
	}()
	for {
		select {
		case order := <-orders:
			said := "ok"
			if err := p.obey(ctx, order); err != nil {
				said = strings.ReplaceAll(err.Error(), "\n", " ")
			}
			_, _ = fmt.Fprintln(answers, said) // whoever does not listen is gone, as ctx will tell
		case <-p.etcd.ended:
			return fmt.Errorf("etcd ended: %s", p.etcd.lastWords())
		case <-p.controllers.ended:
			return fmt.Errorf("kube-controller-manager ended: %s", p.controllers.lastWords())
		case <-ctx.Done():
			return nil
		}
	}
}

func (p *plane) obey(ctx context.Context, order string) error {
	switch order {
	case "kill":
		return p.apiserver.end(ctx, syscall.SIGKILL)
	case "stop":
		return p.apiserver.end(ctx, syscall.SIGTERM)
	case "start":
		if err := p.apiserver.start(); err != nil {
			return err
		}
		return p.answers(ctx)
	case "freeze":
		return p.apiserver.signal(syscall.SIGSTOP)
	case "thaw":
		return p.apiserver.signal(syscall.SIGCONT)
	}
	return fmt.Errorf("unknown order %q", order)
}
