package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/opendeliverygear/odg/component/cached"
	"github.com/opendeliverygear/odg/component/oci"
)

// fromProgram holds the walk, from a registry program, against what the official
// command line needed for it, and measures how much memory it takes.
func (b *ocmBench) fromProgram(ctx context.Context) (err error) {
	b.say("filling %s", registryName)
	program, err := startRegistry(ctx, b.dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, program.stop()) }()
	b.near = program.url
	if err := b.tree.push(ctx, b.near); err != nil {
		return err
	}
	b.say("resolving the tree from %s", registryName)
	limit := trial{run: func(ctx context.Context, _ int) error { return fetchAll(ctx, b.tree.addresses(b.near)) }}
	ours, bare, err := compare(ctx, b.Repeat, trial{run: func(ctx context.Context, _ int) error {
		repository, err := b.open(b.near)
		if err != nil {
			return err
		}
		return walk(ctx, cached.New(repository, cached.Config{}))
	}}, limit)
	if err != nil {
		return err
	}
	b.report.atMost("tree of 300 from "+registryName, ours, bare, 0)
	b.report.faster("the same, and the official command line", ours, official, minOfficial, "its time is a recorded one")
	return b.memory(ctx)
}

// program is a registry in a process of its own.
type program struct {
	url string
	cmd *exec.Cmd
}

// startRegistry starts Debian's docker-registry, which keeps all in memory.
func startRegistry(ctx context.Context, dir string) (*program, error) {
	path, err := exec.LookPath(registryName)
	if err != nil {
		return nil, fmt.Errorf("%w (Debian, Ubuntu: apt-get install docker-registry)", err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		return nil, err
	}
	config := fmt.Sprintf("version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {inmemory: {}}\nhttp: {addr: %s}\n", address)
	file := filepath.Join(dir, "registry.yaml")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		return nil, err
	}
	p := &program{url: "http://" + address, cmd: exec.CommandContext(ctx, path, "serve", file)}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	if err := p.answers(ctx); err != nil {
		return nil, errors.Join(err, p.stop())
	}
	return p, nil
}

// answers waits until the registry does.
func (p *program) answers(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url+"/v2/", nil)
		if err != nil {
			return err
		}
		response, err := http.DefaultClient.Do(request)
		if err == nil {
			return response.Body.Close()
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s does not answer: %w", registryName, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (p *program) stop() error {
	if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	_ = p.cmd.Wait() // it was killed
	return nil
}

// memory measures a process that does nothing else.
func (b *ocmBench) memory(ctx context.Context) error {
	b.say("resolving the tree in a process of its own")
	self, err := os.Executable()
	if err != nil {
		return err
	}
	var stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, self, walkCommand, b.near)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", walkCommand, err, stderr.String())
	}
	var said walked
	if err := json.Unmarshal(out, &said); err != nil {
		return fmt.Errorf("%s: %w", walkCommand, err)
	}
	b.report.below("memory of a process that does", mebibytes(said.Peak), maxWalkMiB, "MiB", "largest resident set")
	return nil
}

// walked is what a process says that has resolved the tree.
type walked struct {
	Peak int64 `json:"peak"` // largest resident set in bytes
}

// walkFlags is the command line of that process.
type walkFlags struct {
	Registry string `arg:"" placeholder:"URL"`
}

func (c walkFlags) run(ctx context.Context, stdout io.Writer) error {
	repository, err := oci.Open(c.Registry+"/"+subPath, oci.Config{Parallel: parallel})
	if err != nil {
		return err
	}
	if err := walk(ctx, cached.New(repository, cached.Config{})); err != nil {
		return err
	}
	return json.NewEncoder(stdout).Encode(walked{Peak: peakOf(os.Getpid())})
}
