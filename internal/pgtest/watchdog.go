//go:build unix

package pgtest

import (
	"fmt"
	"io"
	"os/exec"
	"syscall"
)

// vigil reads ids of servers from standard input, one a line and the last one counts
// (none for a line "-"). When the input ends, because the test process closed it or
// is gone however that happened, it stops that server and removes the folder $1.
const vigil = `
trap '' INT TERM HUP
pid=-
while read -r line; do pid=$line; done
if [ "$pid" != - ]; then
	kill -QUIT "$pid" 2>/dev/null
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.1
	done
	kill -KILL "$pid" 2>/dev/null
fi
rm -rf "$1" || { sleep 1; rm -rf "$1"; }
`

// watchdog outlives the test process for the moment that cleaning up takes.
type watchdog struct {
	cmd   *exec.Cmd
	input io.WriteCloser
}

func watch(dir string) (*watchdog, error) {
	cmd := exec.Command("sh", "-c", vigil, "odg-pgtest-watchdog", dir)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // not ended by the terminal's Ctrl-C
	input, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the watchdog: %w", err)
	}
	return &watchdog{cmd, input}, nil
}

// over says which server to end; 0 is none.
func (w *watchdog) over(pid int) error {
	line := "-\n"
	if pid != 0 {
		line = fmt.Sprintf("%d\n", pid)
	}
	_, err := io.WriteString(w.input, line)
	return err
}

// clean lets the watchdog do its work, and returns when it is done.
func (w *watchdog) clean() error {
	if err := w.input.Close(); err != nil {
		return err
	}
	return w.cmd.Wait()
}
