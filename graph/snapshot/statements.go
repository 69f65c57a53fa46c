package snapshot

import (
	_ "embed" // the fields with resolvers
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// finding are the fields that have a resolver and an object to find. A test
// writes them: were they read from the resolvers' methods when the program
// starts, the linker would keep every exported method of it.
//
//go:embed resolved.txt
var finding string

// takes is how many statements a field takes where that is not one: two stand
// for several.
var takes = map[string]int{
	"Query.viewer": 0, "Query.serverInfo": 0, "Change.changes": 0,
	"Query.nodes":               2, // one for each type
	"Query.requestRecordCounts": 2, "RequestRecordCounts.directory": 0,
	"Query.memberLetters": 2, "MemberLetters.group": 0,
	"Query.userFacets": 2, "DirectoryFacet.directory": 0,
}

// readingFields tells how many statements each field takes.
func readingFields(schema *ast.Schema) map[*ast.FieldDefinition]int {
	finds := make(map[string]bool)
	for name := range strings.FieldsSeq(finding) {
		finds[name] = true
	}
	reads := make(map[*ast.FieldDefinition]int)
	named := make(map[string]int) // the same for fields of interfaces
	for _, def := range schema.Types {
		for _, f := range def.Fields {
			name := def.Name + "." + f.Name
			n, told := takes[name]
			if !told && (f.Name == "totalCount" || finds[name]) {
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
