// Package reliability holds the promises that only a whole, running program can
// keep: what was acknowledged survives, what is sent again happens once, and
// stopping or losing the database hurts nobody. The program under test is the
// real one, in a process of its own.
package reliability_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"testing"
)

// scratch is removed when the test run ends.
var scratch string

func TestMain(m *testing.M) {
	if runtime.GOOS == "windows" {
		fmt.Println("skipped: processes are stopped by Unix signals here")
		return
	}
	var err error
	if scratch, err = os.MkdirTemp("", "reliability"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(scratch)
	os.Exit(code)
}

// program builds feddir, once in a test run.
var program = sync.OnceValues(func() (string, error) {
	path := filepath.Join(scratch, "feddir")
	out, err := exec.Command("go", "build", "-buildvcs=false", "-o", path, "../../cmd/feddir").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("building feddir: %w: %s", err, out)
	}
	return path, nil
})

func mustProgram(t testing.TB) string {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// kills is how often a server is killed: FEDDIR_KILLS, or n.
func kills(t testing.TB, n int) int {
	t.Helper()
	text := os.Getenv("FEDDIR_KILLS")
	if text == "" {
		return n
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("FEDDIR_KILLS=%q is not a number of kills", text)
	}
	return n
}
