package schema_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/feddir/feddir/internal/scim/schema"
)

var schemas = []*schema.Schema{&schema.User, &schema.Group, &schema.EnterpriseUser, &schema.Own[0].Schema, &schema.Own[1].Schema}

// each calls f for every attribute and sub-attribute with its full path.
func each(f func(path string, a schema.Attribute)) {
	walk := func(prefix string, attributes []schema.Attribute) {
		for _, a := range attributes {
			f(prefix+a.Name, a)
			for _, s := range a.SubAttributes {
				f(prefix+a.Name+"."+s.Name, s)
			}
		}
	}
	for _, s := range schemas {
		walk(s.Name+":", s.Attributes)
	}
	walk("common:", schema.Common())
}

// E-121: every characteristic is present, in camel case, and never null.
func TestCharacteristicsInJSON(t *testing.T) {
	t.Parallel()
	always := []string{"name", "type", "multiValued", "description", "required", "caseExact", "mutability", "returned", "uniqueness"}
	optional := []string{"canonicalValues", "referenceTypes", "subAttributes"}
	each(func(path string, a schema.Attribute) {
		text, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		var got map[string]any
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(err)
		}
		for _, name := range always {
			if got[name] == nil || got[name] == "" {
				t.Errorf("%s: %s is %v", path, name, got[name])
			}
		}
		for name, value := range got {
			if slices.Contains(always, name) {
				continue
			}
			if list, ok := value.([]any); !slices.Contains(optional, name) || !ok || len(list) == 0 {
				t.Errorf("%s: %s is %v", path, name, value)
			}
		}
	})
}

func TestCharacteristicsAreOfTheRFC(t *testing.T) {
	t.Parallel()
	each(func(path string, a schema.Attribute) {
		switch a.Type {
		case schema.Complex:
			if len(a.SubAttributes) == 0 {
				t.Errorf("%s: complex without sub-attributes", path)
			}
		case schema.Reference, schema.Binary:
			if !a.CaseExact {
				t.Errorf("%s: %s must be case-exact (§2.3.6, §2.3.7)", path, a.Type)
			}
		}
		if (a.Type == schema.Reference) != (len(a.ReferenceTypes) > 0) {
			t.Errorf("%s: %s with reference types %v", path, a.Type, a.ReferenceTypes)
		}
		if a.Type != schema.Complex && len(a.SubAttributes) > 0 {
			t.Errorf("%s: %s with sub-attributes", path, a.Type)
		}
		if a.MultiValued && a.Type != schema.Complex && path != "common:schemas" {
			t.Errorf("%s: PATCH expects multi-valued attributes to be complex", path)
		}
	})
}

// What the directory promises about single attributes.
func TestDecisions(t *testing.T) {
	t.Parallel()
	type promise struct {
		required, caseExact bool
		mutability          schema.Mutability
		returned            schema.Returned
		uniqueness          schema.Uniqueness
	}
	want := map[string]promise{
		"User:userName":                      {true, false, schema.ReadWrite, schema.Default, schema.Server},
		"User:password":                      {false, false, schema.WriteOnly, schema.Never, schema.None},
		"User:groups":                        {false, false, schema.ReadOnly, schema.Request, schema.None},
		"User:emails.value":                  {false, false, schema.ReadWrite, schema.Default, schema.None},
		"Group:displayName":                  {true, false, schema.ReadWrite, schema.Default, schema.Server},
		"Group:members":                      {false, false, schema.ReadWrite, schema.Default, schema.None},
		"Group:members.value":                {false, true, schema.Immutable, schema.Default, schema.None},
		"common:id":                          {true, true, schema.ReadOnly, schema.Always, schema.Server},
		"common:externalId":                  {false, true, schema.ReadWrite, schema.Default, schema.None},
		"common:meta":                        {false, false, schema.ReadOnly, schema.Default, schema.None},
		"EnterpriseUser:manager.displayName": {false, false, schema.ReadOnly, schema.Default, schema.None},
	}
	each(func(path string, a schema.Attribute) {
		got := promise{a.Required, a.CaseExact, a.Mutability, a.Returned, a.Uniqueness}
		if w, ok := want[path]; ok && got != w {
			t.Errorf("%s: got %+v, want %+v", path, got, w)
		}
		delete(want, path)
	})
	if len(want) > 0 {
		t.Errorf("missing: %v", want)
	}
}

// E-122: Entra's onboarding kit derives the attributes it maps from these.
func TestE122CanonicalValues(t *testing.T) {
	t.Parallel()
	want := map[string][]string{
		"User:emails.type":       {"work", "home", "other"},
		"User:phoneNumbers.type": {"work", "home", "mobile", "fax", "pager", "other"},
		"User:addresses.type":    {"work", "home", "other"},
		"User:roles.type":        nil,
	}
	each(func(path string, a schema.Attribute) {
		if w, ok := want[path]; ok && !reflect.DeepEqual(a.CanonicalValues, w) {
			t.Errorf("%s: got %v, want %v", path, a.CanonicalValues, w)
		}
	})
}

func TestE122EmailsDisplayIsKeptButNotListed(t *testing.T) {
	t.Parallel()
	emails, ok := schema.Users.Lookup("", "emails", "display")
	if !ok || emails.SubAttribute == nil {
		t.Fatal("emails.display is unknown")
	}
	if text, _ := json.Marshal(emails.Attribute); strings.Contains(string(text), `"display"`) {
		t.Errorf("listed: %s", text)
	}
	if text, _ := json.Marshal(schema.User); strings.Count(string(text), `"display"`) == 0 {
		t.Error("phoneNumbers.display is not listed")
	}
}

func TestAttributesOfTheRFC(t *testing.T) {
	t.Parallel()
	want := map[*schema.Schema]string{
		&schema.User: "userName name displayName nickName profileUrl title userType preferredLanguage locale timezone active password " +
			"emails phoneNumbers ims photos addresses groups entitlements roles x509Certificates",
		&schema.Group:          "displayName members",
		&schema.EnterpriseUser: "employeeNumber costCenter organization division department manager",
	}
	for s, names := range want {
		var got []string
		for _, a := range s.Attributes {
			got = append(got, a.Name)
		}
		if strings.Join(got, " ") != names {
			t.Errorf("%s: got %v", s.Name, got)
		}
	}
}

func TestLookup(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		urn, name, sub string
		want           string // extension, attribute, sub-attribute
	}{
		{"", "USERNAME", "", "/userName/"},
		{"", "Name", "GivenName", "/name/givenName"},
		{"", "emails", "$REF", "unknown"},
		{"", "externalid", "", "/externalId/"},
		{"", "meta", "lastmodified", "/meta/lastModified"},
		{strings.ToUpper(schema.UserID), "userName", "", "/userName/"},
		{schema.UserID, "department", "", "unknown"},
		{strings.ToUpper(schema.EnterpriseUserID), "MANAGER", "$REF", schema.EnterpriseUserID + "/manager/$ref"},
		{"", "manager", "", schema.EnterpriseUserID + "/manager/"},
		{schema.EnterpriseUserID, "userName", "", "unknown"},
		{"", "__proto__", "", "unknown"},
		{"", "", "", "unknown"},
		{"urn:Acme:ext", "Badge", "", "urn:Acme:ext/Badge/ custom"},
		{"urn:acme:ext", "badge", "sub", "unknown"},
		{"urn:acme", "badge", "", "unknown"},
		{schema.GroupID, "displayName", "", "unknown"},
	} {
		target, ok := schema.Users.Lookup(c.urn, c.name, c.sub)
		got := "unknown"
		if ok {
			got = target.Extension + "/" + target.Name + "/"
			if target.SubAttribute != nil {
				got += target.SubAttribute.Name
			}
			if target.Custom {
				got += " custom"
			}
		}
		if got != c.want {
			t.Errorf("%s %s %s: got %s, want %s", c.urn, c.name, c.sub, got, c.want)
		}
	}
	if _, ok := schema.Groups.Lookup("", "emails", ""); ok {
		t.Error("a group has no e-mail addresses")
	}
}

func TestResourceTypeJSON(t *testing.T) {
	t.Parallel()
	for want, rt := range map[string]schema.ResourceType{
		`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],"id":"User","name":"User","description":"User Account","endpoint":"/Users",` +
			`"schema":"urn:ietf:params:scim:schemas:core:2.0:User",` +
			`"schemaExtensions":[{"schema":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User","required":false}]}`: schema.Users,
		`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],"id":"Group","name":"Group","description":"Group","endpoint":"/Groups",` +
			`"schema":"urn:ietf:params:scim:schemas:core:2.0:Group"}`: schema.Groups,
	} {
		if got, err := json.Marshal(rt); err != nil || string(got) != want {
			t.Errorf("got %s, %v", got, err)
		}
	}
}
