package graph_test

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"
	"unicode"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"

	"github.com/feddir/feddir/graph"
)

var update = flag.Bool("update", false, "write the published schema")

// The root schema.graphql is what clients build on: the executable schema
// without what gqlgen and GraphQL itself add.
func TestPublishedSchemaIsCurrent(t *testing.T) {
	t.Parallel()
	const path = "../schema.graphql"
	got := published(graph.New(nil, graph.Config{}).Schema().Schema())
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("schema.graphql is stale: go test ./graph -run PublishedSchema -update")
	}
}

func published(schema *ast.Schema) []byte {
	var out bytes.Buffer
	formatter.NewFormatter(&out, formatter.WithIndent("  ")).FormatSchema(schema)
	return out.Bytes()
}

// Everything that a frontend developer meets says what it is, in more than its
// own name.
func TestSchemaDescribesItself(t *testing.T) {
	t.Parallel()
	schema := graph.New(nil, graph.Config{}).Schema().Schema()
	for name, def := range schema.Types {
		if def.BuiltIn {
			continue
		}
		described(t, name, name, def.Description)
		for _, v := range def.EnumValues {
			described(t, name+"."+v.Name, v.Name, v.Description)
		}
		for _, f := range def.Fields {
			if strings.HasPrefix(f.Name, "__") {
				continue
			}
			described(t, name+"."+f.Name, f.Name, f.Description)
			for _, arg := range f.Arguments {
				described(t, name+"."+f.Name+"("+arg.Name+")", arg.Name, arg.Description)
			}
		}
	}
	for name, d := range schema.Directives {
		if d.Position.Src.BuiltIn {
			continue
		}
		described(t, "@"+name, name, d.Description)
		for _, arg := range d.Arguments {
			described(t, "@"+name+"("+arg.Name+")", arg.Name, arg.Description)
		}
	}
}

func described(t *testing.T, place, name, description string) {
	t.Helper()
	letters := func(s string) string {
		return strings.ToLower(strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) {
				return r
			}
			return -1
		}, s))
	}
	if letters(description) == "" || letters(description) == letters(name) {
		t.Errorf("%s has no description", place)
	}
}
