//go:build unix

package firetest

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// process carries out orders until it is killed or the test ends, also if that is
// killed itself.
type process struct {
	t       *testing.T
	program string
	orders  orders
	said    transcript

	cmd    *exec.Cmd
	end    io.Closer     // of what the process reads: it ends with it
	ended  chan struct{} // closed when the process is gone
	killed bool          // on purpose
	frozen bool
}

// raced tells that this program looks for data races.
var raced = false

// program returns what processes run: this program, or the same without looking for
// data races, which would make theirs the only work that gets on.
func program(t *testing.T) string {
	t.Helper()
	if !raced {
		return os.Args[0]
	}
	path := filepath.Join(t.TempDir(), "firetest")
	if out, err := exec.Command("go", "test", "-c", "-o", path, ".").CombinedOutput(); err != nil {
		t.Fatalf("build the workers: %v: %s", err, out)
	}
	return path
}

func startProcess(t *testing.T, program string, o orders) *process {
	t.Helper()
	p := &process{t: t, program: program, orders: o}
	p.start()
	t.Cleanup(func() {
		p.kill()
		if said := p.said.String(); t.Failed() || strings.Contains(said, "DATA RACE") || strings.Contains(said, "panic") {
			t.Errorf("%s said: %s", o.Name, said)
		}
	})
	return p
}

func (p *process) start() {
	p.t.Helper()
	text, err := json.Marshal(p.orders)
	if err != nil {
		p.t.Fatal(err)
	}
	p.cmd, p.ended, p.killed, p.frozen = exec.Command(p.program), make(chan struct{}), false, false
	p.cmd.Env, p.cmd.Stderr = append(os.Environ(), ordersVariable+"="+string(text)), &p.said
	if p.end, err = p.cmd.StdinPipe(); err != nil {
		p.t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		p.t.Fatalf("start %s: %v", p.orders.Name, err)
	}
	cmd, ended := p.cmd, p.ended
	go func() {
		_ = cmd.Wait() // how it ended matters only if nobody wanted it, see alive
		close(ended)
	}()
}

// kill ends the process as a crash of its machine does.
func (p *process) kill() {
	p.killed = true
	_ = p.cmd.Process.Kill() // it may have ended
	<-p.ended
	_ = p.end.Close() // the process is gone
}

func (p *process) restart() {
	p.t.Helper()
	p.kill()
	p.start()
}

// freeze stops the process, which notices nothing, until it is thawed.
func (p *process) freeze() { p.signal(syscall.SIGSTOP, true) }

func (p *process) thaw() { p.signal(syscall.SIGCONT, false) }

func (p *process) signal(s syscall.Signal, frozen bool) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatalf("send %s to %s: %v", s, p.orders.Name, err)
	}
	p.frozen = frozen
}

// alive fails the test if the process has ended by itself.
func (p *process) alive() {
	p.t.Helper()
	select {
	case <-p.ended:
		if !p.killed {
			p.t.Fatalf("%s ended by itself", p.orders.Name)
		}
	default:
	}
}

// transcript keeps the last of what processes write.
type transcript struct {
	mu sync.Mutex
	b  bytes.Buffer
}

const transcriptBytes = 8 << 10

// Write implements [io.Writer].
func (b *transcript) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.b.Len() > transcriptBytes {
		b.b.Next(b.b.Len() - transcriptBytes)
	}
	return b.b.Write(p)
}

// String returns it.
func (b *transcript) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
