package isolation_test

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/vektah/gqlparser/v2/ast"
)

// operation is the document of one position; its variables are made for each
// value that is put there.
type operation struct {
	position
	schema  *ast.Schema
	text    string
	own     func(owner, field string) string // an own id for a place
	scoped  bool                             // what needs a scope is selected too
	serial  *atomic.Int64                    // makes names that no one has yet
	since   string                           // a cursor of the feed, for subscriptions that tell what came after it
	patient bool                             // wait long for the first event, although there may be none
}

// maxFields is how many fields the server takes in one operation.
const maxFields = 400

// write makes the document.
func (o *operation) write() *operation {
	for depth := 2; ; depth-- {
		o.text = o.document(depth)
		if words := strings.Fields(strings.NewReplacer("{", " ", "}", " ").Replace(o.text)); len(words) < maxFields || depth == 0 {
			return o
		}
	}
}

func (o *operation) document(depth int) string {
	var declared []string
	body := ""
	for i := len(o.steps) - 1; i >= 0; i-- {
		s, args := o.steps[i], []string{}
		for _, arg := range s.field.Arguments {
			if o.given(i, arg) {
				name := variable(i, arg.Name)
				declared = append(declared, "$"+name+": "+arg.Type.String())
				args = append(args, arg.Name+": $"+name)
			}
		}
		if i == len(o.steps)-1 {
			body = o.selection(o.schema.Types[s.field.Type.Name()], depth)
		}
		call := s.field.Name
		if len(args) > 0 {
			call += "(" + strings.Join(args, ", ") + ")"
		}
		body = "{ " + call + " " + body + " }"
	}
	kind := strings.ToLower(o.steps[0].parent.Name)
	if len(declared) > 0 {
		kind += "(" + strings.Join(declared, ", ") + ")"
	}
	return kind + " " + body
}

func variable(step int, arg string) string { return fmt.Sprintf("v%d_%s", step, arg) }

// given says whether an argument of a step is in the document: what must be,
// what leads to the position, and a small page.
func (o *operation) given(i int, arg *ast.ArgumentDefinition) bool {
	last := i == len(o.steps)-1
	return required(arg.Type, arg.DefaultValue) || last && arg.Name == o.path[0] || arg.Name == "first" && !(last && o.path[0] == "before") ||
		arg.Name == "last" && last && o.path[0] == "before" || !last && arg.Name == "by" || o.since != "" && o.steps[i].field.Name == "changes" && arg.Name == "after" && o.subscribes()
}

// subscribes says whether the document is a subscription.
func (o *operation) subscribes() bool { return o.steps[0].parent == o.schema.Subscription }

// answered says whether a subscription tells something in any case: an event,
// or that there is no such place. Only a filter can leave nothing to tell.
func (o *operation) answered() bool { return o.patient || o.since != "" || o.path[0] != "where" }

func required(t *ast.Type, fallback *ast.Value) bool { return t.NonNull && fallback == nil }

// variables puts a value into the position and our own everywhere else.
func (o *operation) variables(value any) map[string]any {
	all := make(map[string]any)
	for i, s := range o.steps {
		for _, arg := range s.field.Arguments {
			if !o.given(i, arg) {
				continue
			}
			name := variable(i, arg.Name)
			switch {
			case i == len(o.steps)-1 && arg.Name == o.path[0]:
				all[name] = o.build(arg.Type, s.parent.Name+"."+s.field.Name, o.path, value)
			default:
				all[name] = o.ownValue(arg.Type, s.parent.Name+"."+s.field.Name, arg.Name)
			}
		}
	}
	return all
}

// build makes the value of the first of path, with value at its end.
func (o *operation) build(t *ast.Type, owner string, path []string, value any) any {
	if t.Elem != nil {
		return []any{o.build(t.Elem, owner, path, value)}
	}
	def := o.schema.Types[t.Name()]
	if def.Kind != ast.InputObject {
		return value
	}
	object := make(map[string]any)
	for _, f := range def.Fields {
		switch {
		case f.Name == path[1]:
			object[f.Name] = o.build(f.Type, def.Name, path[1:], value)
		case required(f.Type, f.DefaultValue):
			object[f.Name] = o.ownValue(f.Type, def.Name, f.Name)
		}
	}
	return object
}

// ownValue is something valid of the viewer's own.
func (o *operation) ownValue(t *ast.Type, owner, field string) any {
	if t.Elem != nil {
		return []any{o.ownValue(t.Elem, owner, field)}
	}
	def := o.schema.Types[t.Name()]
	switch {
	case t.Name() == "ID":
		return o.own(owner, field)
	case t.Name() == "Int":
		return 2
	case t.Name() == "Boolean":
		return true
	case t.Name() == "Cursor":
		return o.since
	case t.Name() == "Time":
		return "2031-01-01T00:00:00Z"
	case def.Kind == ast.Enum:
		return def.EnumValues[0].Name
	case def.Kind == ast.InputObject:
		return o.ownObject(def)
	}
	switch { // what goes with an id of others, so that only the id is in the way
	case field == "externalId" && owner == "ExternalIdBy" && o.steps[len(o.steps)-1].field.Name == "user":
		return theirMark + "-user-external"
	case field == "externalId" && owner == "ExternalIdBy":
		return theirMark + "-group"
	case owner == "UserNameBy":
		return theirMark + "-user"
	case owner == "DisplayNameBy":
		return theirMark + " group"
	}
	return fmt.Sprintf("new-%d", o.serial.Add(1))
}

func (o *operation) ownObject(def *ast.Definition) map[string]any {
	object := make(map[string]any)
	for _, f := range def.Fields {
		if required(f.Type, f.DefaultValue) || def.Directives.ForName("oneOf") != nil && len(object) == 0 {
			object[f.Name] = o.ownValue(f.Type, def.Name, f.Name)
		}
	}
	return object
}

// selection selects all that can be without arguments, to a depth. Pages and
// plain values do not count for the depth.
func (o *operation) selection(def *ast.Definition, depth int) string {
	switch def.Kind {
	case ast.Interface, ast.Union:
		return o.fragments(def)
	case ast.Object:
	default:
		return ""
	}
	names := []string{"__typename"}
	for _, f := range def.Fields {
		inner := o.schema.Types[f.Type.Name()]
		if strings.Contains(f.Description, "Needs the scope") && !o.scoped {
			continue
		}
		if o.last() == "managerValue" && (f.Name == "history" || f.Name == "changes") {
			continue // they tell what was put there before: by these tests
		}
		if strings.HasPrefix(f.Name, "__") || slices.ContainsFunc(f.Arguments, func(a *ast.ArgumentDefinition) bool { return required(a.Type, a.DefaultValue) }) {
			continue
		}
		if inner.Name == "HistoryConnection" && o.steps[0].parent == o.schema.Mutation {
			continue // it tells what was sent before
		}
		if inner.Kind == ast.Scalar || inner.Kind == ast.Enum {
			names = append(names, f.Name)
			continue
		}
		if rest := depth - o.weight(def, inner); rest >= 0 {
			call := f.Name
			if f.Arguments.ForName("first") != nil {
				call += "(first: 2)"
			}
			names = append(names, call+" "+o.selection(inner, rest))
		}
	}
	return "{ " + strings.Join(names, " ") + " }"
}

// weight is by how much a field of type inner is deeper than what has it.
func (o *operation) weight(outer, inner *ast.Definition) int {
	plain := inner.Kind == ast.Object && inner.Fields.ForName("id") == nil && !strings.HasSuffix(inner.Name, "Connection")
	if plain || strings.HasSuffix(outer.Name, "Edge") || strings.HasSuffix(outer.Name, "Payload") {
		return 0
	}
	return 1
}

// fragments selects the plain fields of each type that an interface or union
// can be, under names of their own where types share them.
func (o *operation) fragments(def *ast.Definition) string {
	names := "__typename"
	seen := map[string]bool{}
	for _, possible := range o.schema.GetPossibleTypes(def) {
		names += " ... on " + possible.Name + " { id"
		for _, f := range possible.Fields {
			if inner := o.schema.Types[f.Type.Name()]; inner.Kind != ast.Scalar && inner.Kind != ast.Enum || f.Name == "id" {
				continue
			}
			switch {
			case !seen[f.Name]:
				names += " " + f.Name
			case slices.Contains([]string{"name", "displayName", "description"}, f.Name):
				names += " " + possible.Name + "_" + f.Name + ": " + f.Name
			}
			seen[f.Name] = true
		}
		names += " }"
	}
	return "{ " + names + " }"
}
