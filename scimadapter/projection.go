package scimadapter

import (
	"net/url"
	"strings"

	"github.com/feddir/feddir/internal/scim/filter"
	"github.com/feddir/feddir/internal/scim/schema"
)

// projection says which attributes an answer has, RFC 7644 §3.9. When a
// request has both parameters, attributes counts and excludedAttributes does
// not. The zero value is the default: all that is returned by default.
type projection struct {
	core  string                     // URN of the core schema
	only  bool                       // the named attributes and no others, else all but the named
	whole map[string]bool            // attributes and schemas named, in lower case
	parts map[string]map[string]bool // sub-attributes named, by attribute
}

func newProjection(rt schema.ResourceType, params url.Values) projection {
	if names := params["attributes"]; strings.Join(names, "") != "" {
		return project(rt, true, names)
	}
	if names := params["excludedattributes"]; strings.Join(names, "") != "" {
		return project(rt, false, names)
	}
	return projection{}
}

func project(rt schema.ResourceType, only bool, lists []string) projection {
	p := projection{
		core: strings.ToLower(rt.Schema.ID), only: only,
		whole: make(map[string]bool), parts: make(map[string]map[string]bool),
	}
	for _, list := range lists {
		for name := range strings.SplitSeq(list, ",") {
			p.add(rt, strings.TrimSpace(name))
		}
	}
	return p
}

// add takes one name; what does not exist is passed over. A filter behind it
// selects nothing here, but is no reason to fail.
func (p projection) add(rt schema.ResourceType, name string) {
	if strings.HasPrefix(strings.ToLower(name), "urn:") {
		p.whole[strings.ToLower(rt.Canonical(name))] = true // it may be a schema
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
		p.whole[key] = true
		return
	}
	if p.parts[key] == nil {
		p.parts[key] = make(map[string]bool)
	}
	p.parts[key][t.SubAttribute.Name] = true
}

// attributeKey is how an attribute is spelled in a projection.
func attributeKey(extension, name string) string {
	if extension != "" {
		name = extension + ":" + name
	}
	return strings.ToLower(name)
}

// everything reports whether nothing is left out.
func (p projection) everything() bool { return p.whole == nil }

// asks reports whether an attribute is named as wanted, which those need that
// are not returned by default.
func (p projection) asks(name string) bool {
	key := attributeKey("", name)
	return p.only && (p.whole[key] || p.parts[key] != nil)
}

// keeps reports whether an attribute, or a part of it, is wanted.
func (p projection) keeps(extension, name string) bool {
	of := extension
	if of == "" {
		of = p.core
	}
	key := attributeKey(extension, name)
	named := p.whole[key] || p.whole[strings.ToLower(of)]
	if p.only {
		return named || p.parts[key] != nil
	}
	return !named
}

// keepsSub reports whether a sub-attribute of an attribute that is kept is wanted.
func (p projection) keepsSub(extension, name, sub string) bool {
	parts := p.parts[attributeKey(extension, name)]
	if parts == nil {
		return true
	}
	return parts[sub] == p.only || p.only && p.whole[attributeKey(extension, name)]
}

// keepsMembers reports whether anything is wanted that is answered of members.
func (p projection) keepsMembers() bool {
	return p.keeps("", "members") &&
		(p.keepsSub("", "members", "value") || p.keepsSub("", "members", "$ref") || p.keepsSub("", "members", "type"))
}

// apply takes out of a resource what is not wanted.
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
	if !p.keeps(extension, name) {
		delete(in, name)
		return
	}
	if left := p.trim(in[name], extension, name); left == nil {
		delete(in, name)
	} else {
		in[name] = left
	}
}

// trim takes the sub-attributes that are not wanted out of a value; nil when
// nothing is left.
func (p projection) trim(value any, extension, name string) any {
	switch v := value.(type) {
	case map[string]any:
		for sub := range v {
			if !p.keepsSub(extension, name, sub) {
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
