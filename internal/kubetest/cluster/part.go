package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// part is one process of the control plane, a subcommand of this binary. It can be
// started, ended and started again; its output is appended to one file.
type part struct {
	name string
	log  string
	args []string

	cmd   *exec.Cmd
	leash io.Closer
	ended chan struct{} // closed when cmd ended
}

func newPart(dir, name string, args ...string) *part {
	return &part{name: name, log: filepath.Join(dir, name+".log"), args: append([]string{name}, args...)}
}

// start does nothing for a part that runs.
func (p *part) start() error {
	if p.running() {
		return nil
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	log, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }() // the process has its own handle
	cmd := exec.Command(self, p.args...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // not ended by the terminal's Ctrl-C
	if p.leash, err = cmd.StdinPipe(); err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", p.name, err)
	}
	p.cmd, p.ended = cmd, make(chan struct{})
	go func() { _ = cmd.Wait(); close(p.ended) }() // its log tells why it ended
	return nil
}

func (p *part) running() bool {
	if p.cmd == nil {
		return false
	}
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}

// signal does nothing to a part that does not run.
func (p *part) signal(s syscall.Signal) error {
	if !p.running() {
		return nil
	}
	if err := p.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("signal %s: %w", p.name, err)
	}
	return nil
}

// end signals and returns when the process is gone. One that takes longer than
// patience, or than ctx lasts, is killed.
func (p *part) end(ctx context.Context, s syscall.Signal) error {
	if err := p.signal(s); err != nil || !p.running() {
		return err
	}
	select {
	case <-p.ended:
		return nil
	case <-ctx.Done():
	case <-time.After(patience):
	}
	_ = p.cmd.Process.Kill() // it may have ended by now
	<-p.ended
	return nil
}

// lastWords is the end of the log.
func (p *part) lastWords() string {
	log, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	return string(log[max(0, len(log)-2000):])
}
