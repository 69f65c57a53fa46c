package reliability_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience bounds every wait for something that must happen.
const patience = time.Minute

// process is a running feddir serve.
type process struct {
	url   string
	ops   string // address of its metrics, where it has some
	cmd   *exec.Cmd
	ended chan struct{} // closed when it has ended
	state *os.ProcessState

	mu  sync.Mutex
	log []string
}

// serve starts feddir serve on a database and waits until it listens. It is
// killed when the test ends, or the test process.
func serve(t testing.TB, database string, flags ...string) *process {
	t.Helper()
	p, err := start(t, append(flags, "--database", database, "--ops-listen="))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// serveMetrics is serve with metrics. Another process may take the free port
// for them first; then another one is tried.
func serveMetrics(t testing.TB, database string) *process {
	t.Helper()
	for attempt := 1; ; attempt++ {
		ops := freeAddress(t)
		p, err := start(t, []string{"--database", database, "--ops-listen", ops})
		if err == nil {
			p.ops = ops
			return p
		}
		if attempt == 5 {
			t.Fatal(err)
		}
	}
}

func start(t testing.TB, flags []string) (*process, error) {
	t.Helper()
	p := &process{ended: make(chan struct{})}
	p.cmd = command(t, append([]string{"serve", "--listen", "127.0.0.1:0", "--log-format", "json"}, flags...)...)
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	release := keep(t, p.cmd.Process.Pid)
	serving := make(chan string, 1)
	go func() {
		p.read(stderr, serving)
		_ = p.cmd.Wait()
		p.state = p.cmd.ProcessState
		release()
		close(p.ended)
	}()
	t.Cleanup(func() {
		p.kill()
		if tail := p.tail(); t.Failed() && tail != "" {
			t.Logf("the end of the log of the server at %s:\n%s", p.url, tail)
		}
	})
	select {
	case p.url = <-serving:
		return p, nil
	case <-p.ended:
		return nil, fmt.Errorf("the server ended at once: %s", p.tail())
	case <-time.After(patience):
		return nil, errors.New("the server does not listen")
	}
}

// read keeps the end of the log and finds the address in it.
func (p *process) read(r io.Reader, serving chan<- string) {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		var entry struct{ Message, URL string }
		if json.Unmarshal(lines.Bytes(), &entry) == nil && entry.Message == "serving" {
			serving <- entry.URL
		}
		if strings.Contains(lines.Text(), `"level":"info"`) {
			continue
		}
		p.mu.Lock()
		p.log = append(p.log, lines.Text())
		p.log = p.log[max(0, len(p.log)-20):]
		p.mu.Unlock()
	}
}

func (p *process) tail() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.log, "\n")
}

// kill ends the process as a crash does.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.ended
}

// terminate asks the process to stop.
func (p *process) terminate(t testing.TB) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
}

// exit waits for the process and returns its exit code.
func (p *process) exit(t testing.TB) int {
	t.Helper()
	select {
	case <-p.ended:
	case <-time.After(patience):
		t.Fatal("the server does not stop")
	}
	return p.state.ExitCode()
}

// metric returns the value of one of the server's metrics.
func (p *process) metric(t testing.TB, name string) int {
	t.Helper()
	resp, err := http.Get("http://" + p.ops + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		if value, ok := strings.CutPrefix(lines.Text(), name+" "); ok {
			n, err := strconv.Atoi(value)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	t.Fatalf("there is no metric %s", name)
	return 0
}

// command returns a call of feddir that knows nothing of this environment.
func command(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(mustProgram(t), args...)
	cmd.Env = slices.DeleteFunc(os.Environ(), func(s string) bool { return strings.HasPrefix(s, "FEDDIR_") })
	cmd.Dir = scratch
	return cmd
}

// keep ends the process when this one ends, however that happens, unless it
// was released before.
func keep(t testing.TB, pid int) (release func()) {
	t.Helper()
	keeper := exec.Command("sh", "-c", `read released || kill -9 "$1"`, "keeper", strconv.Itoa(pid))
	alive, err := keeper.StdinPipe()
	if err == nil {
		err = keeper.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		_, _ = io.WriteString(alive, "released\n")
		_ = keeper.Wait()
	}
}

func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// eventually waits until true is answered.
func eventually(t testing.TB, what string, answered func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !answered(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within %v", what, patience)
		}
	}
}
