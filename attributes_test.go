package feddir_test

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"entgo.io/ent"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	entschema "github.com/feddir/feddir/ent/schema"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/scim/schema"
)

// place is one of the places where an attribute has to stand.
type place struct {
	name       string
	attributes []string
	others     bool // it has more than attributes
}

// An attribute of a user or a group stands in four places: ent's schema, the
// table in schematype, SCIM's description and GraphQL's schema, where a type
// and two inputs have it. A place where one was forgotten is named.
func TestAttributesAreInEveryPlace(t *testing.T) {
	t.Parallel()
	for name, places := range map[string][]place{
		"User": slices.Concat([]place{
			{name: "ent/schema/user.go", attributes: entAttributes(entschema.User{}, "user_name_key", "sort_name", "search_version", "provided")},
			{name: "ent/schematype: UserAttributes", attributes: tagged(reflect.TypeFor[schematype.UserAttributes]())},
			{name: "internal/scim/schema", attributes: described(schema.Users)},
			{name: "gqlgen.yml: UserPatch, omittable", attributes: omittable(reflect.TypeFor[model.UserPatch]())},
		}, graphqlPlaces(t, "graph/schema/user.graphql", "User")),
		"Group": slices.Concat([]place{
			{name: "ent/schema/group.go", attributes: entAttributes(entschema.Group{}, "display_name_key", "member_count")},
			{name: "ent/schematype: GroupAttributes", attributes: tagged(reflect.TypeFor[schematype.GroupAttributes]())},
			{name: "internal/scim/schema", attributes: described(schema.Groups, "members")},
			{name: "gqlgen.yml: GroupPatch, omittable", attributes: omittable(reflect.TypeFor[model.GroupPatch]())},
		}, graphqlPlaces(t, "graph/schema/group.graphql", "Group")),
	} {
		for _, attribute := range inAny(places) {
			for _, p := range places {
				if !slices.Contains(p.attributes, attribute) {
					t.Errorf("%s: %s lacks the attribute %s (see CONTRIBUTING.md, Adding an attribute)", name, p.name, attribute)
				}
			}
		}
	}
}

// inAny are the attributes that any of the places has.
func inAny(places []place) (all []string) {
	for _, p := range places {
		if !p.others {
			all = append(all, p.attributes...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// entAttributes are the fields of an entity itself, but for those that are made
// of others.
func entAttributes(entity ent.Interface, derived ...string) (names []string) {
	for _, f := range entity.Fields() {
		if column := f.Descriptor().Name; !slices.Contains(derived, column) {
			names = append(names, attributeOf(column))
		}
	}
	return names
}

var underscore = regexp.MustCompile(`_.`)

// attributeOf is the attribute that a column holds: nickName for nick_name.
func attributeOf(column string) string {
	return underscore.ReplaceAllStringFunc(column, func(s string) string { return strings.ToUpper(s[1:]) })
}

func tagged(attributes reflect.Type) (names []string) {
	for f := range attributes.Fields() {
		names = append(names, f.Tag.Get("attr"))
	}
	return names
}

// described are the attributes that SCIM describes as a client's to write, but
// for those that are resources of their own. Extensions are described by
// directories.
func described(rt schema.ResourceType, apart ...string) []string {
	names := []string{"externalId", "extensions"}
	for _, s := range append([]*schema.Schema{rt.Schema}, rt.Extensions...) {
		for _, a := range s.Attributes {
			if a.Mutability == schema.ReadWrite && !slices.Contains(apart, a.Name) {
				names = append(names, a.Name)
			}
		}
	}
	return names
}

// omittable are the fields of a patch that tell null from what is left out.
func omittable(patch reflect.Type) (names []string) {
	for f := range patch.Fields() {
		if strings.HasPrefix(f.Type.String(), "graphql.Omittable[") {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			names = append(names, inGraphQL(name))
		}
	}
	return names
}

func graphqlPlaces(t *testing.T, file, of string) (places []place) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := parser.ParseSchema(&ast.Source{Name: file, Input: string(text)})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{of, "Create" + of + "Input", of + "Patch"} {
		p := place{name: file + ": " + name, others: name == of}
		for _, f := range doc.Definitions.ForName(name).Fields {
			if !slices.Contains([]string{"directoryId", "memberIds", "manager"}, f.Name) {
				p.attributes = append(p.attributes, inGraphQL(f.Name))
			}
		}
		places = append(places, p)
	}
	return places
}

// inGraphQL is the attribute that a field of GraphQL holds.
func inGraphQL(field string) string {
	if field == "managerValue" { // the field manager is the user that it names
		return "manager"
	}
	return field
}
