package pgtest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

const superuser = "feddir"

var errNoServer = errors.New("pgtest: no PostgreSQL server binaries found")

// Cluster is a running PostgreSQL server with its own data folder.
type Cluster struct {
	port    int
	folder  string
	alive   io.Closer // its end tells the keeper to stop the server
	keeper  *exec.Cmd
	adminMu sync.Mutex
}

// defaults make a cluster small, and leave it as durable as PostgreSQL is.
var defaults = []string{
	"listen_addresses=127.0.0.1",
	"max_connections=400",
	"shared_buffers=16MB",
	"max_wal_size=256MB",
	"log_min_messages=error",
	"log_line_prefix=%d ",
	"log_checkpoints=off",
	"timezone=UTC",
}

// keeperScript stops the server and removes its files when the test process ends,
// which closes the script's input however it ends.
const keeperScript = `cat >/dev/null; "$1/pg_ctl" stop -s -m immediate -D "$2/data"; rm -rf "$2"`

func start(settings []string) (*Cluster, error) {
	bin := binaries()
	if bin == "" {
		return nil, errNoServer
	}
	folder, err := os.MkdirTemp("", "pgtest")
	if err != nil {
		return nil, err
	}
	c := &Cluster{folder: folder}
	if err := c.boot(bin, settings); err != nil {
		c.Stop()
		_ = os.RemoveAll(folder)
		return nil, fmt.Errorf("pgtest: %w", err)
	}
	return c, nil
}

func (c *Cluster) boot(bin string, settings []string) error {
	if err := giveAway(c.folder); err != nil {
		return err
	}
	c.keeper = exec.Command("sh", "-c", keeperScript, "keeper", bin, c.folder)
	unprivileged(c.keeper)
	alive, err := c.keeper.StdinPipe()
	if err != nil {
		return err
	}
	c.alive = alive
	if err := c.keeper.Start(); err != nil {
		return err
	}
	data := filepath.Join(c.folder, "data")
	if err := run(c.folder, filepath.Join(bin, "initdb"), "--no-sync", "--auth=trust", "--encoding=UTF8",
		"--locale=C", "--username="+superuser, "--pgdata="+data); err != nil {
		return err
	}
	// Another process may take the free port first; then another one is tried.
	for range 5 {
		if c.port, err = freePort(); err != nil {
			return err
		}
		if err = c.configure(data, settings); err != nil {
			return err
		}
		if err = run(c.folder, filepath.Join(bin, "pg_ctl"), "start", "-s", "-w", "-t", "60",
			"-D", data, "-l", filepath.Join(c.folder, "log")); err == nil {
			return nil
		}
	}
	log, _ := os.ReadFile(filepath.Join(c.folder, "log"))
	return fmt.Errorf("%w: %s", err, bytes.TrimSpace(log))
}

// configure writes the settings where they win over initdb's.
func (c *Cluster) configure(data string, settings []string) error {
	var b strings.Builder
	own := []string{fmt.Sprintf("port=%d", c.port), "unix_socket_directories=" + c.folder}
	for _, list := range [][]string{defaults, own, settings} {
		for _, s := range list {
			name, value, _ := strings.Cut(s, "=")
			fmt.Fprintf(&b, "%s = '%s'\n", name, strings.ReplaceAll(value, "'", "''"))
		}
	}
	return os.WriteFile(filepath.Join(data, "postgresql.auto.conf"), []byte(b.String()), 0o600)
}

// Stop stops the server and removes its data. It may be called more than once.
func (c *Cluster) Stop() {
	if c.alive != nil {
		_ = c.alive.Close()
		_ = c.keeper.Wait()
		c.alive = nil
	}
}

func run(folder, name string, args ...string) error {
	cmd := exec.Command(name, args...)
	unprivileged(cmd)
	cmd.Dir = folder
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", filepath.Base(name), err, bytes.TrimSpace(out))
	}
	return nil
}

// binaries returns the folder of the server's programs, the newest version's
// where there are several, or "".
func binaries() string {
	folders := []string{os.Getenv("FEDDIR_TEST_PG_BIN")}
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			folders = append(folders, filepath.Dir(path))
		}
	}
	installed, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	for i := len(installed) - 1; i >= 0; i-- {
		folders = append(folders, installed[i])
	}
	for _, f := range folders {
		if f != "" && exists(filepath.Join(f, "initdb")) && exists(filepath.Join(f, "pg_ctl")) && exists(filepath.Join(f, "postgres")) {
			return f
		}
	}
	return ""
}

func exists(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}

// freePort finds a port below those that systems give to outgoing connections:
// one of them could take it while the server is down for a test.
func freePort() (port int, err error) {
	for range 20 {
		port = 15_000 + rand.IntN(15_000)
		var l net.Listener
		if l, err = net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			return port, l.Close()
		}
	}
	return 0, err
}
