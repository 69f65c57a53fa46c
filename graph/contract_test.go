package graph_test

import (
	"bytes"
	"flag"
	"os"
	"testing"

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

// Everything that a frontend developer meets says what it is.
func TestSchemaDescribesItself(t *testing.T) {
	t.Parallel()
	schema := graph.New(nil, graph.Config{}).Schema().Schema()
	for name, def := range schema.Types {
		if def.BuiltIn || name == "Query" || name == "Mutation" {
			continue
		}
		input := def.Kind == ast.InputObject
		if def.Description == "" && !input && !payload(name) {
			t.Errorf("%s has no description", name)
		}
		for _, v := range def.EnumValues {
			if v.Description == "" {
				t.Errorf("%s.%s has no description", name, v.Name)
			}
		}
	}
	for _, root := range []*ast.Definition{schema.Query, schema.Mutation} {
		for _, f := range root.Fields {
			if f.Description == "" && f.Name[:2] != "__" {
				t.Errorf("%s.%s has no description", root.Name, f.Name)
			}
		}
	}
}

func payload(name string) bool { return len(name) > 7 && name[len(name)-7:] == "Payload" }
