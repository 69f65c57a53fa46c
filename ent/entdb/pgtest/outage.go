package pgtest

import (
	"database/sql"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// bootLimit is how long a server may take to come back.
const bootLimit = time.Minute

// Kill ends the server as a crash does: the postmaster first, so that it
// cannot put anything in order, then all its processes.
func (c *Cluster) Kill(t testing.TB) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(c.data(), "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	postmaster, err := strconv.Atoi(line)
	if err != nil {
		t.Fatal(err)
	}
	others, err := c.processes()
	if err != nil {
		t.Fatal(err)
	}
	for _, pid := range append([]int{postmaster}, others...) {
		if p, err := os.FindProcess(pid); err == nil {
			_ = p.Kill() // a backend may have ended by itself
		}
	}
}

// processes returns what the server runs beside the postmaster.
func (c *Cluster) processes() (pids []int, err error) {
	db, err := sql.Open("postgres", c.url("postgres"))
	if err != nil {
		return nil, err
	}
	defer db.Close()
	rows, err := db.Query("SELECT pid FROM pg_stat_activity WHERE pid IS NOT NULL")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var pid int
		if err := rows.Scan(&pid); err != nil {
			return nil, err
		}
		pids = append(pids, pid)
	}
	return pids, rows.Err()
}

// Halt stops the server in order, cutting its clients off. Its data stays.
func (c *Cluster) Halt(t testing.TB) {
	t.Helper()
	if err := run(c.folder, filepath.Join(binaries(), "pg_ctl"), "stop", "-s", "-w", "-m", "fast", "-D", c.data()); err != nil {
		t.Fatal(err)
	}
}

// Resume starts the server again after Kill or Halt, at the same address. What
// a crash left running a moment longer is waited for.
func (c *Cluster) Resume(t testing.TB) {
	t.Helper()
	for deadline := time.Now().Add(bootLimit); ; {
		err := run(c.folder, filepath.Join(binaries(), "pg_ctl"), "start", "-s", "-w", "-t", "60",
			"-D", c.data(), "-l", filepath.Join(c.folder, "log"))
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}

func (c *Cluster) data() string { return filepath.Join(c.folder, "data") }
