package feddir_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// maxProgram is the largest stripped program, in bytes. Templates look for methods
// by a name that they compute, so the linker keeps every exported method of
// whatever the program uses: that is about 9 MB of it (docs/figures.md).
const maxProgram = 44 << 20

func TestProgramStaysSmall(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("links the program")
	}
	path := filepath.Join(t.TempDir(), "feddir")
	if out, err := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, "./cmd/feddir").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	file, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if file.Size() > maxProgram {
		t.Errorf("the stripped program has %d bytes, more than %d", file.Size(), maxProgram)
	}
}
