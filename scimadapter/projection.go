package scimadapter

import (
	"cmp"
	"net/url"
	"strings"

	"github.com/feddir/feddir/internal/scim/filter"
	"github.com/feddir/feddir/internal/scim/schema"
)

// projection says which attributes an answer has, RFC 7644 §3.9. If a request
// has both parameters, excludedAttributes is ignored. The zero value is all that
// is returned by default.
type projection struct {
	core          string                     // URN of the core schema
	include       bool                       // the named attributes and no others, else all but the named
	attributes    map[string]bool            // attributes and schemas named, in lower case
	subAttributes map[string]map[string]bool // sub-attributes named, by attribute
}

func newProjection(rt schema.ResourceType, params url.Values) projection {
	if names := params["attributes"]; strings.Join(names, "") != "" {
		return parseProjection(rt, true, names)
	}
	if names := params["excludedattributes"]; strings.Join(names, "") != "" {
		return parseProjection(rt, false, names)
	}
	return projection{}
}

func parseProjection(rt schema.ResourceType, include bool, lists []string) projection {
	p := projection{
		core: strings.ToLower(rt.Schema.ID), include: include,
		attributes: make(map[string]bool), subAttributes: make(map[string]map[string]bool),
	}
	for _, list := range lists {
		for name := range strings.SplitSeq(list, ",") {
			p.add(rt, strings.TrimSpace(name))
		}
	}
	return p
}

// add adds one attribute or schema. It ignores names that do not exist, and a
// filter behind a name.
func (p projection) add(rt schema.ResourceType, name string) {
	if strings.HasPrefix(strings.ToLower(name), "urn:") {
		p.attributes[strings.ToLower(rt.Canonical(name))] = true // it may be a schema
	}
	path, err := filter.ParsePath(name)
	if err != nil {
		return
	}
	t, ok := rt.Lookup(path.Attribute.URN, path.Attribute.Name, path.Attribute.Sub)
	if !ok {
		return
	}
	key := attributeKey(t.Extension, t.Name)
	if t.SubAttribute == nil {
		p.attributes[key] = true
		return
	}
	if p.subAttributes[key] == nil {
		p.subAttributes[key] = make(map[string]bool)
	}
	p.subAttributes[key][t.SubAttribute.Name] = true
}

// attributeKey is the key of an attribute in the maps of a projection.
func attributeKey(extension, name string) string {
	if extension != "" {
		name = extension + ":" + name
	}
	return strings.ToLower(name)
}

// everything reports whether all is answered that is returned by default.
func (p projection) everything() bool { return p.attributes == nil }

// names reports whether the client names an attribute as wanted. Attributes that
// are not returned by default are answered only then.
func (p projection) names(name string) bool {
	key := attributeKey("", name)
	return p.include && (p.attributes[key] || p.subAttributes[key] != nil)
}

// includes reports whether an attribute is answered, at least in part.
func (p projection) includes(extension, name string) bool {
	key := attributeKey(extension, name)
	named := p.attributes[key] || p.attributes[strings.ToLower(cmp.Or(extension, p.core))]
	if p.include {
		return named || p.subAttributes[key] != nil
	}
	return !named
}

// includesSub reports whether a sub-attribute of an included attribute is
// answered.
func (p projection) includesSub(extension, name, sub string) bool {
	parts := p.subAttributes[attributeKey(extension, name)]
	if parts == nil {
		return true
	}
	return parts[sub] == p.include || p.include && p.attributes[attributeKey(extension, name)]
}

// includesMembers reports whether any sub-attribute of members is answered.
func (p projection) includesMembers() bool {
	return p.includes("", "members") &&
		(p.includesSub("", "members", "value") || p.includesSub("", "members", "$ref") || p.includesSub("", "members", "type"))
}

// apply removes from a resource what is not answered.
func (p projection) apply(resource map[string]any) {
	for name, value := range resource {
		attributes, isObject := value.(map[string]any)
		switch {
		case name == "id" || name == "schemas": // always returned
		case strings.Contains(name, ":") && isObject:
			if p.applyTo(attributes, name); len(attributes) == 0 {
				delete(resource, name)
			}
		default:
			p.applyAttribute(resource, "", name)
		}
	}
}

func (p projection) applyTo(attributes map[string]any, extension string) {
	for name := range attributes {
		p.applyAttribute(attributes, extension, name)
	}
}

func (p projection) applyAttribute(in map[string]any, extension, name string) {
	if !p.includes(extension, name) {
		delete(in, name)
		return
	}
	if left := p.trim(in[name], extension, name); left == nil {
		delete(in, name)
	} else {
		in[name] = left
	}
}

// trim removes the sub-attributes that are not answered from a value. It returns
// nil if nothing is left.
func (p projection) trim(value any, extension, name string) any {
	switch v := value.(type) {
	case map[string]any:
		for sub := range v {
			if !p.includesSub(extension, name, sub) {
				delete(v, sub)
			}
		}
		if len(v) == 0 {
			return nil
		}
	case []any:
		var left []any
		for _, element := range v {
			if element = p.trim(element, extension, name); element != nil {
				left = append(left, element)
			}
		}
		if left == nil {
			return nil
		}
		return left
	}
	return value
}
