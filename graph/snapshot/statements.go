package snapshot

import (
	"reflect"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/feddir/feddir/graph/generated"
)

// takes is how many statements a field takes where that is not one: two stand
// for several.
var takes = map[string]int{
	"Query.viewer": 0, "Query.serverInfo": 0, "Change.changes": 0,
	"Query.nodes": 2, // one for each type
}

// readingFields tells how many statements each field takes that has a resolver
// and an object to find, or counts.
func readingFields(schema *ast.Schema) map[*ast.FieldDefinition]int {
	resolved := resolvedFields()
	reads := make(map[*ast.FieldDefinition]int)
	named := make(map[string]int) // the same for fields of interfaces
	for _, def := range schema.Types {
		for _, f := range def.Fields {
			name := def.Name + "." + f.Name
			n, told := takes[name]
			if !told && (f.Name == "totalCount" || schema.Types[f.Type.Name()].IsCompositeType() && resolved[strings.ToLower(name)]) {
				n = 1
			}
			reads[f] = n
			named[f.Name] = max(named[f.Name], n)
		}
	}
	for _, def := range schema.Types {
		if def.Kind == ast.Interface {
			for _, f := range def.Fields {
				reads[f] = named[f.Name]
			}
		}
	}
	return reads
}

// resolvedFields are the fields that have a resolver, as "type.field" in lower
// case.
func resolvedFields() map[string]bool {
	found := make(map[string]bool)
	root := reflect.TypeFor[generated.ResolverRoot]()
	for i := range root.NumMethod() {
		of := root.Method(i)
		resolver := of.Type.Out(0)
		for j := range resolver.NumMethod() {
			found[strings.ToLower(of.Name+"."+resolver.Method(j).Name)] = true
		}
	}
	return found
}
