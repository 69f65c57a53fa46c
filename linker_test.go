package feddir_test

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// byReflection is a function that the linker marks, and what leads to it.
var byReflection = regexp.MustCompile(`^(.*) -> (.*) <ReflectMethod>$`)

// maxProgram is how large the program may be, in bytes, without symbols.
const maxProgram = 44 << 20

// The linker leaves out methods that nobody calls, unless a function looks for
// methods by reflection under a number or a name that it computes. Templates do,
// and with them what they use of reflect: a fifth of the program, for pages that
// can be read without JavaScript. Nothing else may, so that leaving the templates
// out again is all that it would take.
func TestOnlyTemplatesFindMethodsByReflection(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("links the program")
	}
	program := filepath.Join(t.TempDir(), "feddir")
	cmd := exec.Command("go", "build", "-o", program, "-ldflags", "-s -w -dumpdep", "./cmd/feddir")
	dump, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	n := 0
	for lines := bufio.NewScanner(dump); lines.Scan(); n++ {
		if m := byReflection.FindStringSubmatch(lines.Text()); m != nil && !strings.HasPrefix(m[2], "text/template.") && !strings.HasPrefix(m[2], "reflect.") {
			t.Errorf("%s looks for methods by reflection; it is there because of %s", m[2], m[1])
		}
	}
	if err := cmd.Wait(); err != nil || n == 0 {
		t.Errorf("%d lines of the linker: %v", n, err)
	}
	if file, err := os.Stat(program); err != nil {
		t.Error(err)
	} else if file.Size() > maxProgram {
		t.Errorf("the program has %d bytes", file.Size())
	}
}

// withTemplates are the packages that write pages and mails.
var withTemplates = []string{module + "internal/mail", module + "internal/signin"}

func TestTemplatesAreForPagesAndMails(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		path, imports, _ := strings.Cut(line, " ")
		for _, i := range strings.Fields(imports) {
			if (i == "text/template" || i == "html/template") && !slices.Contains(withTemplates, path) {
				t.Errorf("%s imports %s", path, i)
			}
		}
	}
}
