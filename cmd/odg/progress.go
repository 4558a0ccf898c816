package main

import (
	"fmt"
	"io"

	"github.com/schollz/progressbar/v3"
)

// progress shows how far long work is: a bar on a terminal, plain lines elsewhere.
type progress struct {
	w    io.Writer
	bar  *progressbar.ProgressBar // nil unless on a terminal
	done int
	all  int
}

func newProgress(t *terminal, what string, all int) *progress {
	p := &progress{w: t.stderr, all: all}
	if t.progress && all > 0 {
		p.bar = progressbar.NewOptions(all,
			progressbar.OptionSetWriter(t.stderr), progressbar.OptionSetDescription(what), progressbar.OptionShowCount(),
			progressbar.OptionClearOnFinish(), progressbar.OptionSetPredictTime(true), progressbar.OptionFullWidth())
	}
	return p
}

// step reports that one piece of work ended, in words for the plain form.
// Failed pieces are printed on a terminal too.
func (p *progress) step(failed bool, format string, args ...any) {
	p.done++
	line := printable(fmt.Sprintf(format, args...))
	if p.bar == nil {
		fmt.Fprintf(p.w, "[%d/%d] %s\n", p.done, p.all, line)
		return
	}
	if failed {
		_ = p.bar.Clear() // the bar draws itself again
		fmt.Fprintln(p.w, line)
	}
	_ = p.bar.Add(1)
}

func (p *progress) finish() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
