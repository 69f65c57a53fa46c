package feddir_test

import (
	"bufio"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// byReflection is a function that the linker marks, and what leads to it.
var byReflection = regexp.MustCompile(`^(.*) -> (.*) <ReflectMethod>$`)

// The linker leaves out methods that nobody calls, as long as no function looks
// for methods by reflection under a number or a name that it computes. That is a
// fifth of the program.
func TestProgramFindsNoMethodsByReflection(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("links the program")
	}
	cmd := exec.Command("go", "build", "-o", filepath.Join(t.TempDir(), "feddir"), "-ldflags", "-dumpdep", "./cmd/feddir")
	dump, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	n := 0
	for lines := bufio.NewScanner(dump); lines.Scan(); n++ {
		if m := byReflection.FindStringSubmatch(lines.Text()); m != nil {
			t.Errorf("%s looks for methods by reflection; it is there because of %s", m[2], m[1])
		}
	}
	if err := cmd.Wait(); err != nil || n == 0 {
		t.Errorf("%d lines of the linker: %v", n, err)
	}
}
