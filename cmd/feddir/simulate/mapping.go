package simulate

import (
	"fmt"
	"strings"
)

const (
	userSchema       = "urn:ietf:params:scim:schemas:core:2.0:User"
	enterpriseSchema = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
	groupSchema      = "urn:ietf:params:scim:schemas:core:2.0:Group"
	// Entra names this schema when it creates a group; no server knows it.
	legacyGroupSchema = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"
	patchSchema       = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
	listSchema        = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
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

	schema, name, element, sub string // path, parsed: schema:name[type eq "element"].sub
}

// resourceType is what the job knows about one kind of resource.
type resourceType struct {
	name     string // for people to read, and in the names of request kinds
	meta     string // meta.resourceType
	endpoint string
	schema   string
	exclude  string // query parameter Entra adds to every read
	matching int    // the mapping's line with matching precedence 1
	mapping  []attribute
}

// Entra's default mapping of a non-gallery application, plus emails[type eq "work"].primary.
var userType = newResourceType(resourceType{
	name: "user", meta: "User", endpoint: "/Users", schema: userSchema,
	mapping: []attribute{
		userName:     {column: "userPrincipalName", path: "userName"},
		active:       {column: "active", path: "active", boolean: true},
		displayName:  {column: "displayName", path: "displayName"},
		title:        {column: "jobTitle", path: "title"},
		mail:         {column: "mail", path: `emails[type eq "work"].value`},
		mailPrimary:  {path: `emails[type eq "work"].primary`, boolean: true},
		language:     {column: "preferredLanguage", path: "preferredLanguage"},
		givenName:    {column: "givenName", path: "name.givenName"},
		surname:      {column: "surname", path: "name.familyName"},
		formatted:    {path: "name.formatted"},
		office:       {column: "physicalDeliveryOfficeName", path: `addresses[type eq "work"].formatted`},
		street:       {column: "streetAddress", path: `addresses[type eq "work"].streetAddress`},
		city:         {column: "city", path: `addresses[type eq "work"].locality`},
		state:        {column: "state", path: `addresses[type eq "work"].region`},
		postalCode:   {column: "postalCode", path: `addresses[type eq "work"].postalCode`},
		country:      {column: "country", path: `addresses[type eq "work"].country`},
		telephone:    {column: "telephoneNumber", path: `phoneNumbers[type eq "work"].value`},
		mobile:       {column: "mobile", path: `phoneNumbers[type eq "mobile"].value`},
		fax:          {column: "facsimileTelephoneNumber", path: `phoneNumbers[type eq "fax"].value`},
		mailNickname: {column: "mailNickname", path: "externalId"},
		employeeID:   {column: "employeeId", path: enterpriseSchema + ":employeeNumber"},
		department:   {column: "department", path: enterpriseSchema + ":department"},
	},
})

// Lines of userType's mapping.
const (
	userName = iota
	active
	displayName
	title
	mail
	mailPrimary
	language
	givenName
	surname
	formatted
	office
	street
	city
	state
	postalCode
	country
	telephone
	mobile
	fax
	mailNickname
	employeeID
	department
	userValues
)

var groupType = newResourceType(resourceType{
	name: "group", meta: "Group", endpoint: "/Groups", schema: groupSchema, exclude: "excludedAttributes=members",
	mapping: []attribute{
		groupName: {column: "displayName", path: "displayName"},
		groupKey:  {column: "objectId", path: "externalId"},
	},
})

// Lines of groupType's mapping.
const (
	groupName = iota
	groupKey
)

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
	if after, ok := strings.CutPrefix(rest, enterpriseSchema+":"); ok {
		a.schema, rest = enterpriseSchema, after
	}
	if name, after, ok := strings.Cut(rest, `[type eq "`); ok {
		a.name = name
		a.element, a.sub, _ = strings.Cut(after, `"].`)
		return
	}
	a.name, a.sub, _ = strings.Cut(rest, ".")
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
			if e["type"] == a.element {
				e[a.sub] = v
				return
			}
		}
		list, _ := resource[a.name].([]any)
		resource[a.name] = append(list, map[string]any{"type": a.element, a.sub: v})
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
			if t, _ := e["type"].(string); strings.EqualFold(t, a.element) {
				found = append(found, e)
			}
		}
		if len(found) > 1 {
			return "", fmt.Errorf("%s has %d elements of type %q", a.name, len(found), a.element)
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

func elements(v any) []map[string]any {
	list, _ := v.([]any)
	objects := make([]map[string]any, 0, len(list))
	for _, e := range list {
		if o, ok := e.(map[string]any); ok {
			objects = append(objects, o)
		}
	}
	return objects
}
