package signin

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
)

// Every text of the pages is there in every language, and no language has another.
func TestTextsAreComplete(t *testing.T) {
	t.Parallel()
	used := make(map[string]bool)
	inPage := regexp.MustCompile(`\{\{t "([^"]*)"\}\}|template "head" "([^"]*)"`)
	pages, err := fs.Glob(files, "pages/*.html")
	if err != nil || len(pages) == 0 {
		t.Fatal(err)
	}
	for _, name := range pages {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range inPage.FindAllStringSubmatch(string(text), -1) {
			used[m[1]+m[2]] = true
		}
	}
	for _, text := range messages(t) {
		used[text] = true
	}
	delete(used, "")
	for language, texts := range languages {
		for text := range used {
			if texts != nil && texts[text] == "" {
				t.Errorf("%s: no text for %q", language, text)
			}
		}
		for text := range texts {
			if !used[text] {
				t.Errorf("%s: %q is on no page", language, text)
			}
		}
	}
}

// messages are the texts of all messages in the source.
func messages(t *testing.T) (texts []string) {
	t.Helper()
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range sources {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			lit, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			if typ, ok := lit.Type.(*ast.Ident); !ok || typ.Name != "message" {
				return true
			}
			for i, e := range lit.Elts {
				if kv, ok := e.(*ast.KeyValueExpr); ok {
					e = kv.Value
				}
				if b, ok := e.(*ast.BasicLit); ok && b.Kind == token.STRING && i != 4 {
					text, _ := strconv.Unquote(b.Value)
					texts = append(texts, text)
				}
			}
			return true
		})
	}
	return texts
}
