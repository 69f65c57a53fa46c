package feddir_test

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// goFile is the name of a Go file within a text, with its folders if it is said.
var goFile = regexp.MustCompile(`[A-Za-z0-9_./-]+\.go\b`)

// Every package says in its doc.go what it is for, and what it says of files is
// true.
func TestEveryPackageHasADoc(t *testing.T) {
	t.Parallel()
	for path := range packages(t) {
		if layer(path) == "ent/generated" || path == "graph/generated" {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(path, "doc.go"), nil, parser.ParseComments)
		if err != nil {
			t.Errorf("%s says nowhere what it is for: %v", path, err)
			continue
		}
		if f.Doc == nil {
			t.Errorf("%s/doc.go has no comment", path)
			continue
		}
		for _, name := range goFile.FindAllString(f.Doc.Text(), -1) {
			file := name
			if !strings.Contains(name, "/") {
				file = filepath.Join(path, name)
			}
			if _, err := os.Stat(file); err != nil {
				t.Errorf("%s/doc.go names %s, which is not there", path, name)
			}
		}
	}
}

// The tables of packages in the documents have the packages of the laws, and
// each below those that it may import.
func TestTablesOfPackages(t *testing.T) {
	t.Parallel()
	var all []string
	for _, line := range layers {
		all = append(all, line...)
	}
	table := tableOfPackages(t, "docs/architecture.md", "## Packages")
	for _, p := range all {
		if !slices.Contains(table, p) {
			t.Errorf("docs/architecture.md does not say what %s is for", p)
		}
	}
	checkOrder(t, "docs/architecture.md", table)
	checkOrder(t, "CONTRIBUTING.md", tableOfPackages(t, "CONTRIBUTING.md", "## Where things go"))
}

// tableOfPackages are the packages in the first column of the table below a
// heading.
func tableOfPackages(t *testing.T, file, heading string) (names []string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), heading+"\n")
	section, _, _ = strings.Cut(section, "\n## ")
	for line := range strings.Lines(section) {
		if cells := strings.Split(line, "|"); len(cells) > 2 {
			for i, name := range strings.Split(cells[1], "`") {
				if i%2 == 1 {
					names = append(names, name)
				}
			}
		}
	}
	return names
}

// checkOrder refuses a table that has a package twice, one that is in no layer,
// or one above a package that it imports.
func checkOrder(t *testing.T, file string, table []string) {
	t.Helper()
	imports := packages(t)
	for i, p := range table {
		if slices.Contains(table[:i], p) {
			t.Errorf("%s has %s twice", file, p)
		}
		if !slices.ContainsFunc(layers, func(line []string) bool { return slices.Contains(line, p) }) {
			t.Errorf("%s has %s, which is in no layer of architecture_test.go", file, p)
		}
		for _, below := range table[i+1:] {
			if slices.Contains(imports[p], below) {
				t.Errorf("%s has %s above %s, which it imports", file, p, below)
			}
		}
	}
}
