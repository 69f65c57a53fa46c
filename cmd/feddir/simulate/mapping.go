package simulate

import (
	"fmt"
	"strings"
)

const (
	userSchema       = "urn:ietf:params:scim:schemas:core:2.0:User"
	enterpriseSchema = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
	groupSchema      = "urn:ietf:params:scim:schemas:core:2.0:Group"
	ownSchema        = "urn:ietf:params:scim:schemas:extension:harbor:2.0:User" // a custom extension
	// Entra names this schema when it creates a group; no server knows it.
	legacyGroupSchema = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"
	patchSchema       = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
	listSchema        = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
	searchSchema      = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
	bulkSchema        = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
	errorSchema       = "urn:ietf:params:scim:api:messages:2.0:Error"
)

// values are the attribute values of one object, in the order of its type's mapping. Empty means unset;
// booleans are "True" and "False".
type values []string

// attribute is one line of the attribute mapping: where a value comes from and where it goes.
type attribute struct {
	column  string // Entra's name for it, also the column of a source file; empty when computed
	path    string // SCIM path in the target
	boolean bool
	// Optional attributes are written only where the target's schemas describe them.
	optional bool

	schema, name, by, element, sub string // path, parsed: schema:name[by eq "element"].sub; by is type or primary
}

// resourceType describes one kind of resource.
type resourceType struct {
	name     string // in messages and in the kinds of requests
	meta     string // meta.resourceType
	endpoint string
	schema   string
	exclude  string // query parameter Entra adds to every read
	matching int    // the mapping's line with matching precedence 1
	mapping  []attribute
}

var managerPath = enterpriseSchema + ":manager"

func newResourceType(t resourceType) *resourceType {
	for i := range t.mapping {
		t.mapping[i].parse()
	}
	return &t
}

// parse splits path into its parts; only the forms of the mapping occur.
func (a *attribute) parse() {
	rest := a.path
	for _, schema := range []string{enterpriseSchema, ownSchema} {
		if after, ok := strings.CutPrefix(rest, schema+":"); ok {
			a.schema, rest = schema, after
		}
	}
	name, selected, ok := strings.Cut(rest, "[")
	if !ok {
		a.name, a.sub, _ = strings.Cut(rest, ".")
		return
	}
	a.name = name
	selector, sub, _ := strings.Cut(selected, `"].`)
	a.by, a.element, _ = strings.Cut(selector, ` eq "`)
	a.sub = sub
}

// selects says whether the value path names this element.
func (a *attribute) selects(element map[string]any) bool {
	switch v := element[a.by].(type) {
	case string:
		return strings.EqualFold(v, a.element)
	case bool:
		return strings.EqualFold(boolText(v), a.element)
	}
	return false
}

// selector is the value that makes an element the one that the value path names.
func (a *attribute) selector() any {
	if a.by == "primary" {
		return a.element == "True"
	}
	return a.element
}

// put sets the attribute in the JSON of a resource that is to be created.
func (a *attribute) put(resource map[string]any, value string) {
	var v any = value
	if a.boolean {
		v = value == "True"
	}
	if a.schema != "" {
		resource = child(resource, a.schema)
	}
	switch {
	case a.element != "":
		for _, e := range elements(resource[a.name]) {
			if a.selects(e) {
				e[a.sub] = v
				return
			}
		}
		list, _ := resource[a.name].([]any)
		resource[a.name] = append(list, map[string]any{a.by: a.selector(), a.sub: v})
	case a.sub != "":
		child(resource, a.name)[a.sub] = v
	default:
		resource[a.name] = v
	}
}

// get reads the attribute from the JSON of a resource; empty when unset. It fails when the value is of another
// type than RFC 7643 gives the attribute, or when the element a value path names is there twice.
func (a *attribute) get(resource map[string]any) (string, error) {
	if a.schema != "" {
		resource, _ = resource[a.schema].(map[string]any)
	}
	v := resource[a.name]
	switch {
	case a.element != "":
		var found []map[string]any
		for _, e := range elements(v) {
			if a.selects(e) {
				found = append(found, e)
			}
		}
		if len(found) > 1 {
			return "", fmt.Errorf("%s has %d elements whose %s is %q", a.name, len(found), a.by, a.element)
		}
		v = nil
		if len(found) == 1 {
			v = found[0][a.sub]
		}
	case a.sub != "":
		object, _ := v.(map[string]any)
		v = object[a.sub]
	}
	switch v := v.(type) {
	case nil:
		return "", nil
	case bool:
		if a.boolean {
			return boolText(v), nil
		}
	case string:
		if !a.boolean {
			return v, nil
		}
	}
	return "", fmt.Errorf("%s is %s, which is not its type", a.path, compact(v))
}

func boolText(v bool) string {
	if v {
		return "True"
	}
	return "False"
}

func child(resource map[string]any, name string) map[string]any {
	c, ok := resource[name].(map[string]any)
	if !ok {
		c = map[string]any{}
		resource[name] = c
	}
	return c
}

func elements(v any) []map[string]any { return listOf[map[string]any](v) }

// listOf returns those in a JSON list that are of a type.
func listOf[T any](v any) []T {
	list, _ := v.([]any)
	of := make([]T, 0, len(list))
	for _, e := range list {
		if e, ok := e.(T); ok {
			of = append(of, e)
		}
	}
	return of
}
