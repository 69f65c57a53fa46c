package graph_test

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/feddir/feddir/graph"
)

// docs/schema-baseline.graphql is the schema of the last release. What works
// with it works with what comes next; a release copies schema.graphql there.
func TestNothingPublishedIsBroken(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/schema-baseline.graphql")
	if err != nil {
		t.Fatal(err)
	}
	before, err := gqlparser.LoadSchema(&ast.Source{Name: "schema-baseline.graphql", Input: string(text)})
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range breaking(before, graph.New(nil, graph.Config{}).Schema().Schema()) {
		t.Error(change)
	}
}

// breaking returns what of a schema its clients can rely on no more.
func breaking(before, after *ast.Schema) (found []string) {
	say := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	for name, old := range before.Types {
		def := after.Types[name]
		switch {
		case def == nil:
			say("the type %s is gone", name)
			continue
		case def.Kind != old.Kind:
			say("%s is %s and was %s", name, def.Kind, old.Kind)
			continue
		}
		for _, v := range old.EnumValues {
			if def.EnumValues.ForName(v.Name) == nil {
				say("the value %s.%s is gone", name, v.Name)
			}
		}
		for _, member := range append(old.Types, old.Interfaces...) {
			if !slices.Contains(def.Types, member) && !slices.Contains(def.Interfaces, member) {
				say("%s has lost %s", name, member)
			}
		}
		if def.Directives.ForName("oneOf") != nil && old.Directives.ForName("oneOf") == nil {
			say("%s takes only one of its fields", name)
		}
		if def.Kind == ast.InputObject {
			found = append(found, brokenInputs(name, inputsOf(old.Fields), inputsOf(def.Fields))...)
			continue
		}
		for _, f := range old.Fields {
			now := def.Fields.ForName(f.Name)
			switch place := name + "." + f.Name; {
			case now == nil:
				say("the field %s is gone", place)
			case !within(now.Type, f.Type):
				say("%s is %s and was %s", place, now.Type, f.Type)
			default:
				found = append(found, brokenInputs(place, argumentsOf(f.Arguments), argumentsOf(now.Arguments))...)
			}
		}
	}
	slices.Sort(found)
	return found
}

// given is an argument or a field of an input.
type given struct {
	typ      *ast.Type
	fallback *ast.Value
}

func (g given) must() bool { return g.typ.NonNull && g.fallback == nil }

func inputsOf(fields ast.FieldList) map[string]given {
	all := map[string]given{}
	for _, f := range fields {
		all[f.Name] = given{f.Type, f.DefaultValue}
	}
	return all
}

func argumentsOf(args ast.ArgumentDefinitionList) map[string]given {
	all := map[string]given{}
	for _, a := range args {
		all[a.Name] = given{a.Type, a.DefaultValue}
	}
	return all
}

func brokenInputs(place string, before, after map[string]given) (found []string) {
	say := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	for name, old := range before {
		now, there := after[name]
		switch {
		case !there:
			say("%s takes no %s any more", place, name)
		case now.must() && !old.must():
			say("%s must be given %s", place, name)
		case !within(optional(old.typ), optional(now.typ)):
			say("%s takes %s as %s and took %s", place, name, now.typ, old.typ)
		case old.typ.NonNull != now.typ.NonNull && now.typ.NonNull:
			say("%s takes no null for %s any more", place, name)
		case old.fallback != nil && (now.fallback == nil || now.fallback.String() != old.fallback.String()):
			say("%s has another default for %s", place, name)
		}
	}
	for name, now := range after {
		if _, there := before[name]; !there && now.must() {
			say("%s must be given %s, which is new", place, name)
		}
	}
	return found
}

func optional(t *ast.Type) *ast.Type {
	o := *t
	o.NonNull = false
	return &o
}

// within reports whether every value of one type is one of another.
func within(one, other *ast.Type) bool {
	if other.NonNull && !one.NonNull || (one.Elem == nil) != (other.Elem == nil) {
		return false
	}
	if one.Elem != nil {
		return within(one.Elem, other.Elem)
	}
	return one.NamedType == other.NamedType
}

// Each sort of break is found, and what is none is not.
func TestBreakingChangesAreFound(t *testing.T) {
	t.Parallel()
	const before = `
		type Query implements Node { id: ID! thing(at: Int, by: By): Thing names: [String!] color: Color! }
		interface Node { id: ID! }
		type Thing { name: String! }
		type Other { name: String }
		union Any = Thing | Other
		enum Color { RED GREEN }
		input By { name: String size: Int! = 1 }
	`
	for name, c := range map[string]struct {
		after  string
		broken int
	}{
		"nothing": {before, 0},
		"more of everything": {`
			type Query implements Node { id: ID! thing(at: Int, by: By, new: Int): Thing! names: [String!]! color: Color! new: Int }
			interface Node { id: ID! }
			type Thing { name: String! new: Int }
			type Other { name: String! }
			type New { name: String }
			union Any = Thing | Other | New
			enum Color { RED GREEN BLUE }
			input By { name: String size: Int = 1 new: Int! = 2 }`, 0},
		"less of everything": {`
			type Query { id: ID! thing(by: By): Thing names: [String!] }
			interface Node { id: ID! }
			type Thing { name: String }
			type Other { name: String }
			union Any = Thing
			enum Color { RED }
			input By { size: Int! }`, 8},
		"other types": {`
			type Query implements Node { id: ID! thing(at: String, by: By): Thing names: [String] color: Color! }
			interface Node { id: ID! }
			type Thing { name: Int! }
			type Other { name: String }
			union Any = Thing | Other
			scalar Color
			input By { name: String! size: Int! = 2 new: Int! }`, 7},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			old, now := gqlparser.MustLoadSchema(&ast.Source{Input: before}), loaded(c.after)
			if found := breaking(old, now); len(found) != c.broken {
				t.Errorf("%d breaks: %q", len(found), found)
			}
		})
	}
}

func loaded(text string) *ast.Schema {
	schema, err := gqlparser.LoadSchema(&ast.Source{Input: text})
	if err != nil {
		panic(err)
	}
	return schema
}
