package schema

import (
	"encoding/json"
	"slices"
	"strings"
)

// A Schema is a collection of attribute definitions, RFC 7643 §7.
type Schema struct {
	ID          string      `json:"id"` // its URN
	Name        string      `json:"name"`
	Description string      `json:"description"`
	Attributes  []Attribute `json:"attributes"`
}

// Attribute finds an attribute by name, ignoring case; nil if there is none.
func (s *Schema) Attribute(name string) *Attribute { return find(s.Attributes, name) }

// Common holds the attributes every resource has beside its schema's, RFC
// 7643 §3.1. They are found by Lookup but are not listed in /Schemas.
func Common() []Attribute { return common }

var common = []Attribute{
	reference("schemas", "The URNs of the schemas in use.", "uri").required().readOnly().returned(Always).multiValued(),
	text("id", "The identifier, given by this server and never reused.").required().exact().unique().readOnly().returned(Always),
	text("externalId", "The identifier the client gave the resource; not unique.").exact(),
	single("meta", "About the resource itself.",
		text("resourceType", "The name of the resource type.").exact().readOnly(),
		instant("created", "When the resource was created.").readOnly(),
		instant("lastModified", "When the resource was last changed.").readOnly(),
		reference("location", "The location of the resource.", "uri").readOnly(),
		text("version", "The version of the resource, as in its ETag.").exact().readOnly(),
	).readOnly(),
}

// A ResourceType binds an endpoint to its schemas, RFC 7643 §6.
type ResourceType struct {
	Name        string
	Description string
	Endpoint    string // relative to the base URL
	Schema      *Schema
	Extensions  []*Schema // none of them required
	Custom      []*Schema // extensions that a directory has beside
}

// The resource types of a directory.
var (
	Users = ResourceType{
		Name: "User", Description: "User Account", Endpoint: "/Users",
		Schema: &User, Extensions: []*Schema{&EnterpriseUser},
	}
	Groups = ResourceType{
		Name: "Group", Description: "Group", Endpoint: "/Groups",
		Schema: &Group,
	}
)

// MarshalJSON gives the representation of RFC 7643 §6, without meta.
func (rt ResourceType) MarshalJSON() ([]byte, error) {
	type extension struct {
		Schema   string `json:"schema"`
		Required bool   `json:"required"`
	}
	var extensions []extension
	for _, s := range slices.Concat(rt.Extensions, rt.Custom) {
		extensions = append(extensions, extension{Schema: s.ID})
	}
	return json.Marshal(struct {
		Schemas     []string    `json:"schemas"`
		ID          string      `json:"id"`
		Name        string      `json:"name"`
		Description string      `json:"description"`
		Endpoint    string      `json:"endpoint"`
		Schema      string      `json:"schema"`
		Extensions  []extension `json:"schemaExtensions,omitempty"`
	}{
		[]string{"urn:ietf:params:scim:schemas:core:2.0:ResourceType"},
		rt.Name, rt.Name, rt.Description, rt.Endpoint, rt.Schema.ID, extensions,
	})
}

// With returns the resource type of a directory that has extensions of its own.
func (rt ResourceType) With(custom ...*Schema) ResourceType {
	rt.Custom = custom
	return rt
}

// A Target is what an attribute path leads to, in canonical spelling.
type Target struct {
	Extension    string     // URN of the extension that holds the attribute; empty: the resource itself
	Name         string     // attribute
	Custom       bool       // it belongs to an extension that none of the schemas here has: the spelling is the client's
	Attribute    *Attribute // its definition; nil for a custom one that no schema describes
	SubAttribute *Attribute // definition of the sub-attribute; nil without one
}

// Lookup resolves an attribute path of RFC 7644 §3.10, ignoring case. A path
// without URN, or with that of the core schema, names an attribute of the core
// schema, a common one, or else one of an extension. What Canonical knows by
// another name is meant by it. Any other URN names a
// custom extension, whose attributes have no sub-attributes and need not be
// described. ok is false for an attribute that does not exist.
func (rt ResourceType) Lookup(urn, name, sub string) (t Target, ok bool) {
	urn = rt.Canonical(urn)
	switch extension := rt.Extension(urn); {
	case urn == "" || strings.EqualFold(urn, rt.Schema.ID):
		t, ok = rt.core(name, urn == "")
	case extension != nil:
		t.Extension, t.Attribute = extension.ID, find(extension.Attributes, name)
		ok = t.Attribute != nil
	default:
		t = Target{Extension: urn, Name: name, Custom: true, Attribute: rt.custom(urn, name)}
		return t, name != "" && sub == "" && IsExtension(urn) && !rt.lengthens(urn)
	}
	if !ok {
		return Target{}, false
	}
	t.Name = t.Attribute.Name
	if sub != "" {
		t.SubAttribute = t.Attribute.SubAttribute(sub)
	}
	return t, sub == "" || t.SubAttribute != nil
}

func (rt ResourceType) core(name string, short bool) (Target, bool) {
	if a := find(rt.Schema.Attributes, name); a != nil {
		return Target{Attribute: a}, true
	}
	if a := find(common, name); a != nil {
		return Target{Attribute: a}, true
	}
	if short {
		for _, s := range rt.Extensions {
			if a := find(s.Attributes, name); a != nil {
				return Target{Extension: s.ID, Attribute: a}, true
			}
		}
	}
	return Target{}, false
}

// Extension returns the extension with the URN or another name of it, ignoring
// case; nil if the resource type has none such.
func (rt ResourceType) Extension(urn string) *Schema {
	urn = rt.Canonical(urn)
	i := slices.IndexFunc(rt.Extensions, func(s *Schema) bool { return strings.EqualFold(s.ID, urn) })
	if i < 0 {
		return nil
	}
	return rt.Extensions[i]
}

// custom finds an attribute of a custom extension; nil if none is described.
func (rt ResourceType) custom(urn, name string) *Attribute {
	for _, s := range rt.Custom {
		if strings.EqualFold(s.ID, urn) {
			return find(s.Attributes, name)
		}
	}
	return nil
}

// lengthens reports whether a URN only lengthens that of an extension: it reads
// as an attribute of it, so it cannot name an extension of its own.
func (rt ResourceType) lengthens(urn string) bool {
	return slices.ContainsFunc(rt.Extensions, func(s *Schema) bool {
		n := len(s.ID)
		return len(urn) > n && strings.EqualFold(urn[:n], s.ID) && (urn[n] == '.' || urn[n] == ':')
	})
}

// IsExtension reports whether a URN may name a custom extension: it has the
// three parts of RFC 8141 and is none of SCIM's own, RFC 7643 §10.
func IsExtension(urn string) bool {
	const core = "urn:ietf:params:scim:schemas:core:"
	return strings.Count(urn, ":") >= 2 && !strings.HasPrefix(strings.ToLower(urn), core)
}
