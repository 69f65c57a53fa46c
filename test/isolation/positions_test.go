package isolation_test

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// step is a field on the way from an operation to a position.
type step struct {
	parent *ast.Definition
	field  *ast.FieldDefinition
}

// position is one place in the schema that takes an id, or another value that
// refers to something: an argument of a field, or a field within its input.
type position struct {
	steps []step   // from the root; the last one has the argument
	path  []string // the argument, then input fields
	owner string   // the input type or "Type.field" that has the last of path
	leaf  *ast.Type
}

func (p position) String() string {
	names := []string{p.steps[0].parent.Name}
	for _, s := range p.steps {
		names = append(names, s.field.Name)
	}
	return strings.Join(names, ".") + "(" + strings.Join(p.path, ".") + ")"
}

func (p position) last() string { return p.path[len(p.path)-1] }

// inDirectory says whether the position lies in one directory, so that what is
// in the next one of the company does not exist there. A feed is the company's.
func (p position) inDirectory() bool {
	field, last := p.steps[len(p.steps)-1].field.Name, p.last()
	switch p.steps[len(p.steps)-1].parent.Name {
	case "Directory", "User", "Group":
		return p.leaf.Name() != "Cursor" || field != "changes"
	case "Mutation":
		return last == "memberIds" || last == "managerValue"
	}
	return field == "requestRecords" && last != "directoryId"
}

// references are the String positions that refer to something by another name
// than its id.
var references = map[string]bool{
	"CreateUserInput.managerValue": true, "UserPatch.managerValue": true, "UserWhereInput.managerValue": true,
	"CompanyBy.shortName": true, "UserNameBy.userName": true, "ExternalIdBy.externalId": true, "DisplayNameBy.displayName": true,
	"UserWhereInput.userName": true, "UserWhereInput.userNameHasPrefix": true, "UserWhereInput.externalId": true, "UserWhereInput.email": true,
	"UserWhereInput.displayName": true, "UserWhereInput.displayNameHasPrefix": true,
	"GroupWhereInput.displayName": true, "GroupWhereInput.displayNameHasPrefix": true, "GroupWhereInput.externalId": true,
	"UserWhereInput.department": true, "UserWhereInput.title": true, "RequestRecordWhereInput.target": true,
	"Query.users.query": true, "Query.userFacets.query": true, "Query.groups.query": true, "Directory.users.query": true, "Directory.groups.query": true,
}

// looksUp says whether a String finds something: a filter, a name, or an
// argument of a field. Those of mutations are only written.
func looksUp(owner string) bool {
	return strings.HasSuffix(owner, "WhereInput") || strings.HasSuffix(owner, "By") || strings.Contains(owner, ".")
}

func (p position) wanted() bool {
	switch p.leaf.Name() {
	case "ID", "Cursor":
		return true
	case "String":
		return references[p.owner+"."+p.last()]
	}
	return false
}

// positions walks the schema from its roots, breadth first, so that the way to
// each is the shortest.
func positions(schema *ast.Schema) []position {
	var found []position
	type at struct {
		def   *ast.Definition
		steps []step
	}
	queue := []at{{schema.Query, nil}, {schema.Mutation, nil}, {schema.Subscription, nil}}
	seen := map[string]bool{}
	for len(queue) > 0 {
		here := queue[0]
		queue = queue[1:]
		if seen[here.def.Name] {
			continue
		}
		seen[here.def.Name] = true
		for _, field := range here.def.Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			steps := append(slices.Clone(here.steps), step{here.def, field})
			for _, arg := range field.Arguments {
				found = append(found, within(schema, arg.Type, position{
					steps: steps, path: []string{arg.Name}, owner: here.def.Name + "." + field.Name, leaf: arg.Type,
				}, map[string]int{})...)
			}
			if def := schema.Types[field.Type.Name()]; def.Kind == ast.Object {
				queue = append(queue, at{def, steps})
			}
		}
	}
	return found
}

// within returns the positions of an argument or input field. An input type
// within itself is followed once, as in {and: [{not: …}]}.
func within(schema *ast.Schema, of *ast.Type, p position, depth map[string]int) []position {
	def := schema.Types[of.Name()]
	if def.Kind != ast.InputObject {
		p.leaf = of
		if p.wanted() {
			return []position{p}
		}
		return nil
	}
	if depth[def.Name] > 1 {
		return nil
	}
	depth[def.Name]++
	defer func() { depth[def.Name]-- }()
	var found []position
	for _, field := range def.Fields {
		inner := p
		inner.path = append(slices.Clone(p.path), field.Name)
		inner.owner = def.Name
		found = append(found, within(schema, field.Type, inner, depth)...)
	}
	return found
}

// count counts the positions another way: for each argument of each object
// type that can be reached it adds up what its input type holds, from the
// printed types alone.
func count(schema *ast.Schema) int {
	n := 0
	for _, def := range schema.Types {
		if def.Kind != ast.Object || strings.HasPrefix(def.Name, "__") || !reachable(schema, def.Name) {
			continue
		}
		for _, field := range def.Fields {
			for _, arg := range field.Arguments {
				if !strings.HasPrefix(field.Name, "__") {
					n += countIn(schema, arg.Type.Name(), def.Name+"."+field.Name, arg.Name, nil)
				}
			}
		}
	}
	return n
}

func countIn(schema *ast.Schema, typeName, owner, name string, above []string) int {
	if typeName == "ID" || typeName == "Cursor" || typeName == "String" && references[owner+"."+name] {
		return 1
	}
	times := 0
	for _, a := range above {
		if a == typeName {
			times++
		}
	}
	def := schema.Types[typeName]
	if def.Kind != ast.InputObject || times > 1 {
		return 0
	}
	n := 0
	for _, f := range def.Fields {
		n += countIn(schema, f.Type.Name(), typeName, f.Name, append(slices.Clone(above), typeName))
	}
	return n
}

// reachable says whether any field of any reachable type is of a type.
func reachable(schema *ast.Schema, name string) bool {
	known := map[string]bool{schema.Query.Name: true, schema.Mutation.Name: true, schema.Subscription.Name: true}
	for grown := true; grown; {
		grown = false
		for _, def := range schema.Types {
			if !known[def.Name] {
				continue
			}
			for _, f := range def.Fields {
				if next := f.Type.Name(); !known[next] && schema.Types[next].Kind == ast.Object {
					known[next], grown = true, true
				}
			}
		}
	}
	return known[name]
}
