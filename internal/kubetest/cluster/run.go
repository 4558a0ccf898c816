package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

// run serves while a command runs, which finds the kubeconfig by the environment
// variable ODG_TEST_KUBECONFIG, and returns the command's exit code. One cluster so
// serves the tests of all packages.
func run(command []string) (int, error) {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	p, err := newPlane(ctx, nil)
	if err != nil {
		return 1, err
	}
	ctx, over := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() {
		defer over()
		ended <- p.wrap(ctx, command)
	}()
	err = p.serve(ctx, nil, nil)
	over()
	said := <-ended
	if exit := (*exec.ExitError)(nil); err == nil && errors.As(said, &exit) {
		return max(exit.ExitCode(), 1), nil // the command has said why
	}
	if err = errors.Join(err, said); err != nil {
		return 1, err
	}
	return 0, nil
}

// wrap runs the command; when ctx is over it is interrupted.
func (p *plane) wrap(ctx context.Context, command []string) error {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), "ODG_TEST_KUBECONFIG="+p.file("kubeconfig"))
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = patience
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("run %s: %w", command[0], err)
	}
	return nil
}
