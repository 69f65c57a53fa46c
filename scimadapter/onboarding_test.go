package scimadapter_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/feddir/feddir/internal/scim/schema"
)

// mapped is an attribute as Microsoft's onboarding kit makes it of /Schemas
// (E-122), and where its value is in a resource.
type mapped struct {
	path     string
	at       []string // names, and the type of an element
	kind     string
	required bool
}

// description is an attribute in an answer to /Schemas.
type description struct {
	Name, Type, Mutability, Returned string
	MultiValued, Required            bool
	CanonicalValues                  []string
	SubAttributes                    []description
}

// flatten is the kit's rule: a multi-valued attribute is written by the types
// it lists, or as the primary one where it lists none.
func (a description) flatten(schemaID string) (all []mapped) {
	if a.Mutability != "readWrite" || a.Returned == "never" {
		return nil
	}
	prefix, at := "", []string{a.Name}
	if schemaID == schema.EnterpriseUserID {
		prefix, at = schemaID+":", []string{schemaID, a.Name}
	}
	if a.Type != "complex" || a.Name == "manager" {
		return []mapped{{prefix + a.Name, at, a.Type, a.Required}}
	}
	selectors := map[string]string{"": ""}
	if a.MultiValued {
		selectors = map[string]string{`[primary eq "True"]`: ""}
		if i := slices.IndexFunc(a.SubAttributes, func(s description) bool { return s.Name == "type" && len(s.CanonicalValues) > 0 }); i >= 0 {
			clear(selectors)
			for _, kind := range a.SubAttributes[i].CanonicalValues {
				selectors[fmt.Sprintf("[type eq %q]", kind)] = kind
			}
		}
	}
	for selector, kind := range selectors {
		for _, sub := range a.SubAttributes {
			if sub.Mutability == "readWrite" && sub.Name != "primary" && (sub.Name != "type" || kind == "") {
				where := append(slices.Clone(at), kind, sub.Name)
				if !a.MultiValued {
					where = append(slices.Clone(at), sub.Name)
				}
				all = append(all, mapped{prefix + a.Name + selector + "." + sub.Name, where, sub.Type, false})
			}
		}
	}
	return all
}

// sample is a value of the attribute's type, which must come back as it is.
func (m mapped) sample() any {
	switch m.kind {
	case "boolean":
		return false
	case "integer":
		return 7
	case "dateTime":
		return "2026-11-23T04:05:06Z"
	case "binary":
		return "QUJD"
	case "reference":
		return "https://harbor.example/" + m.at[len(m.at)-1]
	}
	return " Wört \"" + m.path + "\" "
}

// in is the value of the attribute in a resource; nil for none.
func (m mapped) in(resource map[string]any) any {
	var v any = resource
	for i, name := range m.at {
		switch value := v.(type) {
		case map[string]any:
			v = value[name]
		case []any:
			v = nil
			for _, element := range value {
				element := element.(map[string]any)
				if element["type"] == name && name != "" || name == "" && element["primary"] == true {
					v = element
				}
			}
		default:
			return nil
		}
		if manager, ok := v.(map[string]any); ok && i == len(m.at)-1 {
			v = manager["value"]
		}
	}
	return v
}

// E-190, E-122, E-082: what /Schemas lists can be written, by its flattened
// name, in both dialects, and comes back as it was sent; text without
// characters and null take it away again.
func TestE190EveryAttributeOfTheSchemas(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d *directory) {
		for _, r := range []struct {
			path, create string
			schemas      []string
		}{
			{"/v2/Users", `{"userName":"ines"}`, []string{schema.UserID, schema.EnterpriseUserID}},
			{"/v2/Groups", `{"displayName":"Dock crew"}`, []string{schema.GroupID}},
		} {
			resource := r.path + "/" + d.made(t, r.path, r.create)
			var all []mapped
			for _, id := range r.schemas {
				var s struct{ Attributes []description }
				d.read(t, "/v2/Schemas/"+id, &s)
				for _, a := range s.Attributes {
					if a.Name != "members" {
						all = append(all, a.flatten(id)...)
					}
				}
			}
			for _, write := range []func(path string, value any) any{verbose, flagged} {
				d.write(t, resource, all, write, mapped.sample)
				d.write(t, resource, all, write, func(mapped) any { return "" })
				d.write(t, resource, all, write, mapped.sample)
				d.write(t, resource, all, write, func(mapped) any { return nil })
			}
		}
	})
}

// verbose and flagged are the dialects without and with Entra's flag.
func verbose(path string, value any) any {
	if value == false {
		value = "False"
	}
	return map[string]any{"op": "Replace", "path": path, "value": value}
}

func flagged(path string, value any) any {
	if strings.Contains(path, "[") {
		return map[string]any{"op": "replace", "path": path, "value": value}
	}
	return map[string]any{"op": "replace", "value": map[string]any{path: value}}
}

// write gives every attribute a value, in one request, and looks what they are then.
func (d *directory) write(t *testing.T, resource string, all []mapped, dialect func(string, any) any, value func(mapped) any) {
	t.Helper()
	want, operations := map[string]any{}, []any{}
	for _, m := range all {
		v := value(m)
		if empty := v == nil || v == ""; empty && (m.required || m.kind == "boolean") {
			continue // neither can be cleared
		} else if !empty {
			want[m.path] = v
		}
		operations = append(operations, dialect(m.path, v))
	}
	body, err := json.Marshal(map[string]any{"schemas": []string{"urn:ietf:params:scim:api:messages:2.0:PatchOp"}, "Operations": operations})
	if err != nil {
		t.Fatal(err)
	}
	if w := d.send(d.ctx, "PATCH", resource, string(body)); w.Code >= 300 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	var got map[string]any
	d.read(t, resource, &got)
	for _, m := range all {
		if v := m.in(got); v != want[m.path] && (want[m.path] != nil || !m.required && m.kind != "boolean") {
			t.Errorf("%s is %v, want %v", m.path, v, want[m.path])
		}
	}
}

func (d *directory) read(t *testing.T, target string, v any) {
	t.Helper()
	w := d.send(d.ctx, "GET", target, "")
	if err := json.Unmarshal(w.Body.Bytes(), v); err != nil || w.Code != 200 {
		t.Fatalf("%d %s %v", w.Code, w.Body, err)
	}
}
