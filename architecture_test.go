// Package feddir holds the laws of the whole.
package feddir_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/feddir/feddir/"

// layers are the packages from the lowest to the highest. A package imports
// only packages of the lines above its own, or earlier on its own line.
// docs/architecture.md says what each is for.
var layers = [][]string{
	{"internal/jsontext"}, {"internal/cache"},
	{"ent/viewer"}, {"ent/schematype"}, {"internal/scim/filter"}, {"internal/scim/schema"}, {"internal/scim/patch"}, {"internal/scim/document"}, {"console"}, {"internal/apierror"}, {"internal/issuers"}, {"internal/ratelimit"}, {"internal/token"}, {"ent/entdb/tenantguard"},
	{"internal/oidc"}, {"internal/passkey"}, {"internal/mail"},
	{"ent/generated"}, {"ent/rule"}, {"ent/mixin"}, {"ent/schema"}, {"ent/codegen"},
	{"ent/migrations"}, {"ent/migrations/tables"},
	{"ent/entdb/sqlconn"}, {"ent/entdb/pgtest"}, {"ent/entdb"}, {"ent/entdb/dbtest"},
	{"internal/jobs"},
	{"internal/records"},
	{"internal/auth"}, {"internal/auth/oauth"},
	{"graph/dberror"}, {"graph/attribute"}, {"graph/limits"}, {"graph/load"}, {"graph/tx"}, {"graph/scalar"}, {"graph/search"}, {"graph/model"}, {"graph/generated"}, {"graph/stream"}, {"graph/list"}, {"graph/extension"}, {"graph/snapshot"}, {"graph/query"},
	{"graph/tail"}, {"graph/feed"}, {"graph/requestlog"},
	{"graph/provider"}, {"graph/purge"}, {"graph/repair"}, {"graph/tables"}, {"graph/member"}, {"graph/people"}, {"graph/credential"}, {"graph/account"},
	{"graph"},
	{"internal/signin"},
	{"scimadapter"},
	{"cmd/feddir/command"}, {"cmd/feddir/simulate"}, {"cmd/feddir/selftest"}, {"cmd/feddir/server"}, {"cmd/feddir"},
}

func TestImportLaws(t *testing.T) {
	t.Parallel()
	level := make(map[string]int)
	for i, line := range layers {
		for _, p := range line {
			level[p] = i
		}
	}
	for path, imports := range packages(t) {
		own, ok := level[layer(path)]
		if !ok {
			t.Errorf("%s is in no layer: add it to the table here and in docs/architecture.md", path)
			continue
		}
		for _, i := range imports {
			if runtime := path == "ent/generated/runtime"; runtime || i == "ent/generated/runtime" && path == "ent/entdb" {
				continue // ent's own way to bring schema and client together
			}
			if other, ok := level[layer(i)]; !ok || other > own || other == own && layer(i) != layer(path) {
				t.Errorf("%s imports %s, which lies above it", path, i)
			}
		}
	}
}

// The operations hold no machinery, which has packages of its own: no method of
// the resolver is neither an operation nor a field, nor what serves them.
func TestOperationsHoldNoMachinery(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("graph/*.go")
	if err != nil {
		t.Fatal(err)
	}
	files = slices.DeleteFunc(files, func(name string) bool { return strings.HasSuffix(name, "_test.go") })
	set, lines := token.NewFileSet(), 0
	for _, name := range files {
		f, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		lines += set.File(f.Pos()).LineCount()
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv != nil && types.ExprString(fn.Recv.List[0].Type) == "*Resolver" && !fn.Name.IsExported() {
				t.Errorf("%s is a method of the resolver: make it a function, or move it into a package", fn.Name)
			}
		}
	}
	if len(files) > 40 || lines > 3500 {
		t.Errorf("package graph has %d files with %d lines", len(files), lines)
	}
}

// layer returns the entry of the table that a package belongs to. What ent
// generates is one.
func layer(path string) string {
	if path == "ent/generated" || strings.HasPrefix(path, "ent/generated/") {
		return "ent/generated"
	}
	return path
}

// packages returns our packages with those of ours that each imports.
func packages(t *testing.T) map[string][]string {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports,GoFiles", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string][]string)
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath       string
			Imports, GoFiles []string
		}
		if err := d.Decode(&p); err == io.EOF {
			return found
		} else if err != nil {
			t.Fatal(err)
		}
		path, ours := strings.CutPrefix(p.ImportPath, module)
		if !ours || path == "ent" || len(p.GoFiles) == 0 {
			continue
		}
		found[path] = []string{}
		for _, i := range p.Imports {
			if i, ours := strings.CutPrefix(i, module); ours {
				found[path] = append(found[path], i)
			}
		}
	}
}

// onlyForTests are the packages that no program needs. They would take minutes
// to compile and megabytes of a binary.
var onlyForTests = []string{
	"ariga.io/atlas/", "github.com/hashicorp/hcl/", module + "ent/codegen", module + "ent/migrations/tables", module + "ent/generated/migrate", module + "ent/entdb/pgtest", module + "ent/entdb/dbtest",
	"testing",
}

func TestProgramHoldsNothingForTests(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("go", "list", "-deps", "./cmd/feddir").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range strings.Fields(string(out)) {
		for _, unwanted := range onlyForTests {
			if path == unwanted || strings.HasSuffix(unwanted, "/") && strings.HasPrefix(path, unwanted) {
				t.Errorf("the program holds %s", path)
			}
		}
	}
}
