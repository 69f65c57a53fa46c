package graph_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/feddir/feddir/graph"
)

var (
	pascal    = regexp.MustCompile(`^[A-Z][A-Za-z0-9]*$`)
	camel     = regexp.MustCompile(`^[a-z][A-Za-z0-9]*$`)
	screaming = regexp.MustCompile(`^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$`)
)

// ours are the types of the schema that are not GraphQL's own.
func ours(schema *ast.Schema) map[string]*ast.Definition {
	own := map[string]*ast.Definition{}
	for name, def := range schema.Types {
		if !def.BuiltIn {
			own[name] = def
		}
	}
	return own
}

// eachField calls f with every field of every type of ours.
func eachField(schema *ast.Schema, f func(def *ast.Definition, field *ast.FieldDefinition)) {
	for _, def := range ours(schema) {
		for _, field := range def.Fields {
			if !strings.HasPrefix(field.Name, "__") {
				f(def, field)
			}
		}
	}
}

func TestNamesFollowTheConventions(t *testing.T) {
	t.Parallel()
	schema := graph.New(nil, graph.Config{}).Schema().Schema()
	for name, def := range ours(schema) {
		if !pascal.MatchString(name) {
			t.Errorf("the type %s is not in PascalCase", name)
		}
		for _, v := range def.EnumValues {
			if !screaming.MatchString(v.Name) {
				t.Errorf("the value %s.%s is not in SCREAMING_CASE", name, v.Name)
			}
		}
	}
	eachField(schema, func(def *ast.Definition, field *ast.FieldDefinition) {
		if !camel.MatchString(field.Name) {
			t.Errorf("the field %s.%s is not in camelCase", def.Name, field.Name)
		}
		for _, arg := range field.Arguments {
			if !camel.MatchString(arg.Name) {
				t.Errorf("the argument %s.%s(%s) is not in camelCase", def.Name, field.Name, arg.Name)
			}
		}
	})
}

// A mutation takes one input of its own and answers with a payload of its own,
// so that both can grow.
func TestMutationsHaveInputAndPayload(t *testing.T) {
	t.Parallel()
	schema := graph.New(nil, graph.Config{}).Schema().Schema()
	for _, m := range schema.Mutation.Fields {
		name := strings.ToUpper(m.Name[:1]) + m.Name[1:]
		if got := m.Type.String(); got != name+"Payload!" {
			t.Errorf("%s answers with %s", m.Name, got)
		}
		if len(m.Arguments) != 1 || m.Arguments[0].Name != "input" || m.Arguments[0].Type.String() != name+"Input!" {
			t.Errorf("%s does not take one input of the type %sInput!", m.Name, name)
		}
	}
}

// Lists that grow are connections as Relay has them, with all their parts.
func TestConnectionsAreComplete(t *testing.T) {
	t.Parallel()
	schema := graph.New(nil, graph.Config{}).Schema().Schema()
	is := func(def *ast.Definition, field, typ string) {
		if f := def.Fields.ForName(field); f == nil || f.Type.String() != typ {
			t.Errorf("%s has no %s: %s", def.Name, field, typ)
		}
	}
	for name, def := range ours(schema) {
		if of, ok := strings.CutSuffix(name, "Connection"); ok {
			is(def, "edges", "["+of+"Edge!]!")
			is(def, "pageInfo", "PageInfo!")
			if edge := schema.Types[of+"Edge"]; edge == nil {
				t.Errorf("there is no %sEdge", of)
			} else {
				is(edge, "cursor", "Cursor!")
			}
		}
		if name != "Node" && def.Kind == ast.Object && def.Fields.ForName("id") != nil && !slices.Contains(def.Interfaces, "Node") {
			t.Errorf("%s has an id and is no Node", name)
		}
	}
	eachField(schema, func(def *ast.Definition, field *ast.FieldDefinition) {
		if !strings.HasSuffix(field.Type.Name(), "Connection") {
			return
		}
		backwards := field.Type.Name() != "ChangeConnection" // a feed is read in one direction
		for name, typ := range map[string]string{"first": "Int", "after": "Cursor", "last": "Int", "before": "Cursor"} {
			arg := field.Arguments.ForName(name)
			if wanted := backwards || name == "first" || name == "after"; wanted && (arg == nil || arg.Type.String() != typ) {
				t.Errorf("%s.%s takes no %s: %s", def.Name, field.Name, name, typ)
			}
		}
	})
}

// What is deprecated says what to use instead, and is nothing that must be given.
func TestDeprecationsHaveReasons(t *testing.T) {
	t.Parallel()
	schema := graph.New(nil, graph.Config{}).Schema().Schema()
	check := func(place string, directives ast.DirectiveList, must bool) {
		d := directives.ForName("deprecated")
		if d == nil {
			return
		}
		if reason := d.Arguments.ForName("reason"); reason == nil || strings.TrimSpace(reason.Value.Raw) == "" {
			t.Errorf("%s is deprecated without a reason", place)
		}
		if must {
			t.Errorf("%s is deprecated and must be given", place)
		}
	}
	for name, def := range ours(schema) {
		for _, v := range def.EnumValues {
			check(name+"."+v.Name, v.Directives, false)
		}
	}
	eachField(schema, func(def *ast.Definition, field *ast.FieldDefinition) {
		check(def.Name+"."+field.Name, field.Directives, def.Kind == ast.InputObject && field.Type.NonNull && field.DefaultValue == nil)
		for _, arg := range field.Arguments {
			check(def.Name+"."+field.Name+"("+arg.Name+")", arg.Directives, arg.Type.NonNull && arg.DefaultValue == nil)
		}
	})
}
