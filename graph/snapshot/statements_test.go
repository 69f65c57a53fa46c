package snapshot_test

import (
	"flag"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/feddir/feddir/graph/generated"
)

var update = flag.Bool("update", false, "write the fields that have a resolver")

// The fields that find objects are those for which gqlgen wants a resolver.
func TestFieldsWithResolversAreCurrent(t *testing.T) {
	t.Parallel()
	const path = "resolved.txt"
	got := strings.Join(resolvedFields(generated.NewExecutableSchema(generated.Config{}).Schema()), "\n") + "\n"
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Error("resolved.txt is stale: go test ./graph/snapshot -update")
	}
}

// resolvedFields are the fields of objects, but for the roots of writing and
// subscribing, that are objects themselves and have a resolver.
func resolvedFields(schema *ast.Schema) (found []string) {
	resolvers := reflect.TypeFor[generated.ResolverRoot]()
	for root := range resolvers.Methods() {
		def := schema.Types[root.Name]
		if def == nil || def == schema.Mutation || def == schema.Subscription {
			continue
		}
		for _, f := range def.Fields {
			if schema.Types[f.Type.Name()].IsCompositeType() && hasMethod(root.Type.Out(0), f.Name) {
				found = append(found, def.Name+"."+f.Name)
			}
		}
	}
	slices.Sort(found)
	return found
}

func hasMethod(of reflect.Type, name string) bool {
	for m := range of.Methods() {
		if strings.EqualFold(m.Name, name) {
			return true
		}
	}
	return false
}
