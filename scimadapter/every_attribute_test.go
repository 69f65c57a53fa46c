package scimadapter_test

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/internal/scim/filter"
	"github.com/feddir/feddir/internal/scim/schema"
)

// paths are all attributes and sub-attributes of a type that are answered,
// alternately with and without their URN.
func paths(rt schema.ResourceType) (list []string) {
	for _, a := range schema.Common() {
		list = append(list, withSubs("", a)...)
	}
	for _, s := range append([]*schema.Schema{rt.Schema}, rt.Extensions...) {
		for i, a := range s.Attributes {
			if a.Returned != schema.Never {
				list = append(list, withSubs([]string{"", s.ID + ":"}[i%2], a)...)
			}
		}
	}
	return list
}

func withSubs(urn string, a schema.Attribute) []string {
	list := []string{urn + a.Name}
	for _, s := range a.SubAttributes {
		list = append(list, urn+a.Name+"."+s.Name)
	}
	return list
}

// Lists are sorted by every attribute as RFC 7644 §3.4.2.3 says: by the primary
// value or else the first, those without a value last.
func TestSortByEveryAttribute(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d *directory) {
		users, groups := d.population(t)
		for collection, all := range map[string][]map[string]any{"/v2/Users": users, "/v2/Groups": groups} {
			rt := schema.Users
			if collection == "/v2/Groups" {
				rt = schema.Groups
			}
			for _, path := range append(paths(rt), shipURN+":name", shipURN+":ports") {
				parsed, err := filter.ParsePath(path)
				if err != nil {
					t.Fatal(err)
				}
				target, _ := rt.Lookup(parsed.Attribute.URN, parsed.Attribute.Name, parsed.Attribute.Sub)
				a := simpleOf(target)
				if a.Name == "" && !target.Custom { // complex, without a value of its own
					continue
				}
				want := slices.Clone(all)
				slices.SortStableFunc(want, func(x, y map[string]any) int {
					return cmp.Or(strings.Compare(sortText(rt, x, parsed.Attribute, a), sortText(rt, y, parsed.Attribute, a)), strings.Compare(x["id"].(string), y["id"].(string)))
				})
				ascending := d.resources(t, collection+"?attributes=id&sortBy="+escaped(path))
				if got := idsOf(ascending); !slices.Equal(got, idsOf(want)) {
					t.Errorf("by %s: %v, want %v", path, got, idsOf(want))
				}
				descending := idsOf(d.resources(t, collection+"?attributes=id&sortOrder=descending&sortBy="+escaped(path)))
				slices.Reverse(descending)
				if !slices.Equal(descending, idsOf(want)) {
					t.Errorf("by %s, from behind: %v", path, descending)
				}
			}
		}
	})
}

func idsOf(resources []map[string]any) (ids []string) {
	for _, r := range resources {
		ids = append(ids, r["id"].(string))
	}
	return ids
}

// sortText is what a resource is sorted by.
func sortText(rt schema.ResourceType, resource map[string]any, path filter.AttributePath, a schema.Attribute) string {
	t, _ := rt.Lookup(path.URN, path.Name, path.Sub)
	m := meaning{rt, resource}
	values := m.values(filter.AttributePath{URN: path.URN, Name: path.Name})
	if len(values) == 0 {
		return ">"
	}
	first := values[0]
	if primary := slices.IndexFunc(values, func(v any) bool { o, ok := v.(map[string]any); return ok && o["primary"] == true }); primary >= 0 {
		first = values[primary]
	}
	if t.Name == "groups" || t.Name == "members" {
		first = slices.MinFunc(values, func(x, y any) int {
			return strings.Compare(x.(map[string]any)["value"].(string), y.(map[string]any)["value"].(string))
		})
	}
	if object, ok := first.(map[string]any); ok {
		first = object[a.Name]
	}
	switch v := first.(type) {
	case nil:
		return ">"
	case bool:
		return "=" + map[bool]string{false: "0", true: "1"}[v]
	}
	text := first.(string)
	if at, err := time.Parse(time.RFC3339Nano, text); a.Type == schema.DateTime && err == nil {
		return "=" + at.UTC().Format("20060102150405.000")
	}
	if !a.CaseExact {
		text = schematype.Fold(text)
	}
	return "=" + text
}

// What attributes and excludedAttributes name is all that is answered, or is
// not, for every attribute and sub-attribute.
func TestProjectEveryAttribute(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d *directory) {
		d.population(t)
		for collection, rt := range map[string]schema.ResourceType{"/v2/Users": schema.Users, "/v2/Groups": schema.Groups} {
			whole := d.resources(t, collection)
			for _, path := range append(paths(rt), rt.Schema.ID, schema.EnterpriseUserID, shipURN, shipURN+":name") {
				only, without := d.resources(t, collection+"?attributes="+escaped(path)), d.resources(t, collection+"?excludedAttributes="+escaped(path))
				for i, r := range whole {
					if want := keep(rt, r, path, true); path != "groups" && !strings.HasPrefix(path, "groups.") && !strings.Contains(path, ":groups") && !reflect.DeepEqual(only[i], want) {
						t.Errorf("attributes=%s: %v, want %v", path, only[i], want)
					}
					if want := keep(rt, r, path, false); !reflect.DeepEqual(without[i], want) {
						t.Errorf("excludedAttributes=%s: %v, want %v", path, without[i], want)
					}
				}
			}
		}
	})
}

// keep is what is left of a resource when a path is all that is wanted, or is
// not wanted.
func keep(rt schema.ResourceType, resource map[string]any, path string, wanted bool) map[string]any {
	named := func(urn, name, sub string) (whole, part bool) {
		for _, spelled := range []string{urn + ":" + name, name} {
			whole = whole || strings.EqualFold(path, spelled)
			part = part || sub != "" && strings.EqualFold(path, spelled+"."+sub) || sub == "" && strings.HasPrefix(strings.ToLower(path), strings.ToLower(spelled)+".")
		}
		return whole || strings.EqualFold(path, urn), part
	}
	var trim func(urn string, in map[string]any) map[string]any
	trim = func(urn string, in map[string]any) map[string]any {
		out := map[string]any{}
		for name, v := range in {
			if name == "id" || name == "schemas" {
				out[name] = v
				continue
			}
			if extension, ok := v.(map[string]any); ok && strings.Contains(name, ":") {
				if left := trim(name, extension); len(left) > 0 {
					out[name] = left
				}
				continue
			}
			whole, part := named(urn, name, "")
			switch {
			case whole == wanted && !part:
				if whole || !wanted {
					out[name] = v
				}
			case part:
				keepSub := func(sub string) bool { _, is := named(urn, name, sub); return is == wanted }
				if left := trimSubs(v, keepSub); left != nil {
					out[name] = left
				}
			}
		}
		return out
	}
	return trim(rt.Schema.ID, resource)
}

func trimSubs(v any, keep func(string) bool) any {
	switch v := v.(type) {
	case map[string]any:
		left := maps.Clone(v)
		maps.DeleteFunc(left, func(sub string, _ any) bool { return !keep(sub) })
		if len(left) > 0 {
			return left
		}
	case []any:
		var left []any
		for _, element := range v {
			if element = trimSubs(element, keep); element != nil {
				left = append(left, element)
			}
		}
		if left != nil {
			return left
		}
	}
	return nil
}
