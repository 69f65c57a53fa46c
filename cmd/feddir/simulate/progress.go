package simulate

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mattn/go-isatty"
)

// progress shows the progress of the run: a bar on a terminal, else a line every few seconds.
type progress struct {
	w        io.Writer // nil: quiet
	terminal bool
	report   *report
	done     atomic.Int64

	mu      sync.Mutex
	name    string
	total   int
	started time.Time
	stop    chan struct{}
	stopped sync.WaitGroup
}

func newProgress(w io.Writer, r *report, quiet bool) *progress {
	p := &progress{report: r, stop: make(chan struct{})}
	if quiet {
		return p
	}
	f, isFile := w.(*os.File)
	p.w, p.terminal = w, isFile && isatty.IsTerminal(f.Fd())
	interval := 5 * time.Second
	if p.terminal {
		interval = 100 * time.Millisecond
	}
	p.stopped.Go(func() { p.tick(interval) })
	return p
}

func (p *progress) tick(interval time.Duration) {
	t := time.NewTicker(interval)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			p.mu.Lock()
			p.show(false)
			p.mu.Unlock()
		case <-p.stop:
			return
		}
	}
}

// phase ends the previous phase and begins the next; total is 0 if there is nothing to count.
func (p *progress) phase(name string, total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.show(true)
	p.name, p.total, p.started = name, total, time.Now()
	p.done.Store(0)
}

// step counts one object of the phase as done.
func (p *progress) step() { p.done.Add(1) }

// end ends the last phase. Nothing is shown afterwards.
func (p *progress) end() {
	p.phase("", 0)
	close(p.stop)
	p.stopped.Wait()
}

// show prints the state of the current phase; final means that the phase ends.
func (p *progress) show(final bool) {
	if p.w == nil || p.name == "" || final && p.total == 0 && !p.terminal {
		return
	}
	done := int(p.done.Load())
	line := p.name
	if p.total > 0 {
		done = min(done, p.total)
		line += fmt.Sprintf(" %s/%s", thousands(done), thousands(p.total))
	}
	line += fmt.Sprintf("  %s, %s", count(int(p.report.requests.Load()), "request"), seconds(time.Since(p.started)))
	if wrong := p.report.wrongSoFar(); wrong > 0 {
		line += "  " + count(wrong, "wrong answer")
	}
	if !p.terminal {
		fmt.Fprintln(p.w, line)
		return
	}
	if p.total > 0 {
		const width = 24
		full := width * done / p.total
		line = "[" + strings.Repeat("█", full) + strings.Repeat("·", width-full) + "] " + line
	}
	end := ""
	if final {
		end = "\n"
	}
	fmt.Fprint(p.w, "\r\x1b[K"+line+end)
}
