package scimadapter_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/feddir/feddir/internal/scim/filter"
	"github.com/feddir/feddir/internal/scim/schema"
)

// Every attribute that discovery lists, with every operator and the values that
// resources have, finds in the database what a plain reading of the filter
// finds in the answers.
func TestEveryFilter(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: compares every filter with a model")
	}
	onEachDatabase(t, func(t *testing.T, d *directory) {
		users, groups := d.population(t)
		for _, f := range append(filtersOf(schema.Users.With(&shipSchema), users), valuePaths...) {
			d.compareFilter(t, "/v2/Users", schema.Users.With(&shipSchema), users, f)
		}
		for _, f := range filtersOf(schema.Groups, groups) {
			d.compareFilter(t, "/v2/Groups", schema.Groups, groups, f)
		}
	})
}

// valuePaths are filters on the elements of attributes, and joined ones.
var valuePaths = []string{
	`emails[type eq "work" and value sw "a"]`, `emails[type eq "WORK" and value eq "Ada@Harbor.example"]`, `emails[value co "harbor" and primary eq true]`,
	`emails[not (type eq "work")]`, `emails[type ne "work" or primary pr]`, `emails[type eq "home"].value pr`, `not (emails[type eq "work"])`,
	`emails[display pr]`, `emails[primary eq null]`, `emails[type gt "home"]`, `addresses[country eq "de" and type eq "work"]`, `phoneNumbers[type eq "mobile" and value eq "+49 30 1"]`,
	`roles[primary eq "True"]`, `roles[primary eq "True"].value eq "Captain"`, `groups[display sw "crew" and type eq "direct"]`, `groups[display eq "Watch" and value pr]`,
	`groups[not (display eq "Crew")]`, `ims[value eq "x"]`, `title pr and not (department eq "Docks") or userName sw "B"`, `(title pr or nickName pr) and active eq true`,
	`name[familyName eq "lovelace"]`, `name[familyName eq "Lovelace" and givenName sw "B"]`, `name[not (familyName eq "Lovelace")]`, `name[middleName eq null]`, `not (name[givenName pr])`,
	`name[familyName ne "x"].givenName co "a"`, `manager[value eq "somebody"]`, `manager[not (displayName pr)]`, `manager[value ne "somebody" and $ref pr]`,
	schema.EnterpriseUserID + `:manager[value sw "some"]`, `manager[` + schema.EnterpriseUserID + `:value eq "somebody"]`, `meta[resourceType eq "user"]`,
	`meta[created gt "2020-01-01T00:00:00" and lastModified lt "2020-01-01T00:00:00Z"]`, `meta[version eq "W/\"1\""]`,
	`emails[` + schema.UserID + `:type eq "work" and ` + schema.UserID + `:emails.value sw "a"]`, `emails[emails.type eq "home"].value pr`,
	schema.UserID + `:emails[not (` + schema.UserID + `:primary eq true)]`, `groups[` + schema.UserID + `:display eq "Watch"]`,
	`not (not (title pr))`, `urn:example:params:Ship:name pr and emails pr`,
}

// shipSchema describes a custom extension; so far nobody tells the directory.
var shipSchema = schema.Schema{ID: shipURN, Attributes: []schema.Attribute{
	{Name: "name"}, {Name: "ports", MultiValued: true}, {Name: "crew", Type: schema.Integer}, {Name: "afloat", Type: schema.Boolean},
}}

const shipURN = "urn:example:params:Ship"

// population makes users and groups that have every attribute and lack it, and
// returns them as they are answered when everything is asked for.
func (d *directory) population(t *testing.T) (users, groups []map[string]any) {
	boss := d.made(t, "/v2/Users", `{"userName":"Boss","displayName":"the Boss","active":false}`)
	ada := d.made(t, "/v2/Users", `{"userName":"ada","externalId":"Ada-1","displayName":"Ada Lovelace","nickName":"A","profileUrl":"https://Example.org/Ada","title":"Captain","userType":"Employee",
		"preferredLanguage":"de-CH","locale":"en-GB","timezone":"Europe/Zurich","active":true,
		"name":{"formatted":"Dr. Ada M. Lovelace III","familyName":"Lovelace","givenName":"Ada","middleName":"M.","honorificPrefix":"Dr.","honorificSuffix":"III"},
		"emails":[{"value":"Ada@Harbor.example","type":"work","primary":true},{"value":"ada@home.example","type":"home","display":"at home"}],
		"phoneNumbers":[{"value":"+49 30 1","type":"mobile","display":"M"}],"ims":[{"value":"x","type":"xmpp","display":"X","primary":true}],
		"photos":[{"value":"https://example.org/A.png","type":"photo","display":"P","primary":true}],
		"addresses":[{"formatted":"Kai 1","streetAddress":"Kai 1","locality":"Hamburg","region":"HH","postalCode":"20457","country":"DE","type":"work","primary":true}],
		"entitlements":[{"value":"e","display":"E","type":"t","primary":true}],"roles":[{"value":"Captain","display":"Cap","type":"r","primary":true}],
		"x509Certificates":[{"value":"TUlJ","display":"C","type":"c","primary":true}],
		"`+schema.EnterpriseUserID+`":{"employeeNumber":"007","costCenter":"C1","organization":"Harbor","division":"Sea","department":"Docks","manager":{"value":"`+boss+`"}},
		"`+shipURN+`":{"name":"Nina","ports":["Lisboa","cadiz"],"crew":26,"afloat":true}}`)
	ben := d.made(t, "/v2/Users", `{"userName":"Ben","externalId":"ada-1","title":"captain","emails":[{"value":"ben@harbor.example","type":"WORK"}],"phoneNumbers":[{"value":"+49 30 2"}],
		"roles":[{"value":"mate"},{"value":"Captain"}],"addresses":[{"country":"de","type":"home"}],"name":{"givenName":"100% Ben_"},
		"`+schema.EnterpriseUserID+`":{"department":"docks","manager":{"value":"somebody"}},"`+shipURN+`":{"Name":"elsa","ports":["Oslo"],"crew":9.5,"afloat":false}}`)
	d.made(t, "/v2/Users", `{"userName":"cleo","`+schema.EnterpriseUserID+`":{"manager":{"value":"`+ben+`"}},"urn:example:params:Other":{"name":"Nina"}}`)
	elan := d.beyondASCII(t, "élan οδος жук", ben)
	d.beyondASCII(t, "ÉLAN ΟΔΟΣ ЖУК", elan)
	d.made(t, "/v2/Groups", `{"displayName":"Équipe Οδος","externalId":"Équipe","members":[{"value":"`+elan+`"}]}`)
	crew := d.made(t, "/v2/Groups", `{"displayName":"Crew","externalId":"g1","members":[{"value":"`+ada+`"},{"value":"`+ben+`"}]}`)
	d.made(t, "/v2/Groups", `{"displayName":"Watch","members":[{"value":"`+ada+`"},{"value":"`+crew+`"}]}`)
	d.made(t, "/v2/Groups", `{"displayName":"Empty","externalId":"G1"}`)
	names, displayNames := map[string]any{}, map[string]any{}
	users, groups = d.resources(t, "/v2/Users"), d.resources(t, "/v2/Groups")
	for _, u := range users {
		id := u["id"].(string)
		names[id], displayNames[id] = u["userName"], u["displayName"]
		if displayNames[id] != nil {
			names[id] = displayNames[id]
		}
	}
	for _, g := range groups {
		names[g["id"].(string)] = g["displayName"]
	}
	for _, g := range groups { // what is not answered of members, because it would have to be read
		for _, m := range listOf(g["members"]) {
			m.(map[string]any)["display"] = names[m.(map[string]any)["value"].(string)]
		}
	}
	for i, u := range d.resources(t, "/v2/Users?attributes=groups") {
		users[i]["groups"] = u["groups"]
		if enterprise, ok := users[i][schema.EnterpriseUserID].(map[string]any); ok {
			if m, ok := enterprise["manager"].(map[string]any); ok && m["value"] != "somebody" {
				m["displayName"] = displayNames[m["value"].(string)]
			}
		}
	}
	return users, groups
}

// beyondASCII makes a user with a text for each attribute whose values are text.
func (d *directory) beyondASCII(t *testing.T, text, manager string) (id string) {
	t.Helper()
	return d.made(t, "/v2/Users", strings.ReplaceAll(`{"userName":"T `+manager+`","externalId":"T","displayName":"T","nickName":"T","profileUrl":"T","title":"T","userType":"T",
		"preferredLanguage":"T","locale":"T","timezone":"T","name":{"formatted":"T","familyName":"T","givenName":"T","middleName":"T","honorificPrefix":"T","honorificSuffix":"T"},
		"emails":[{"value":"T","type":"T","display":"T"}],"phoneNumbers":[{"value":"T","type":"T","display":"T"}],"ims":[{"value":"T","type":"T","display":"T"}],
		"photos":[{"value":"T","type":"T","display":"T"}],"entitlements":[{"value":"T","type":"T","display":"T"}],"roles":[{"value":"T","type":"T","display":"T"}],
		"addresses":[{"formatted":"T","streetAddress":"T","locality":"T","region":"T","postalCode":"T","country":"T","type":"T"}],"x509Certificates":[{"value":"QUJD","type":"T","display":"T"}],
		"`+schema.EnterpriseUserID+`":{"employeeNumber":"T","costCenter":"T","organization":"T","division":"T","department":"T","manager":{"value":"`+manager+`"}},
		"`+shipURN+`":{"name":"T","ports":["Oslo","T"]}}`, `"T`, `"`+text))
}

func (d *directory) resources(t *testing.T, target string) []map[string]any {
	t.Helper()
	w := d.send(d.ctx, "GET", target, "")
	var page struct{ Resources []map[string]any }
	if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil || w.Code != 200 {
		t.Fatalf("%s: %d %s", target, w.Code, w.Body)
	}
	return page.Resources
}

// compareFilter compares what a filter finds with what it means.
func (d *directory) compareFilter(t *testing.T, collection string, rt schema.ResourceType, all []map[string]any, text string) {
	t.Helper()
	e, err := filter.Parse(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	found := map[any]bool{}
	for _, r := range d.resources(t, collection+"?attributes=id&filter="+url.QueryEscape(text)) {
		found[r["id"]] = true
	}
	want := map[any]bool{}
	for _, r := range all {
		if (meaning{rt, r}).holds(e) {
			want[r["id"]] = true
		}
	}
	if !maps.Equal(found, want) {
		t.Errorf("%s: found %d, want %d", text, len(found), len(want))
	}
}

// filtersOf are filters on every attribute and sub-attribute of a type.
func filtersOf(rt schema.ResourceType, all []map[string]any) (filters []string) {
	each := func(path string, a schema.Attribute) {
		filters = append(filters, path+" pr", "not ("+path+" pr)")
		if a.Type == schema.Complex {
			if a = valueOf(a); a.Name == "" {
				return
			}
		}
		filters = append(filters, path+" eq null", path+" ne null")
		for _, op := range operatorsOf(a) {
			for _, literal := range literalsFor(a, rt, path, all) {
				filters = append(filters, path+" "+op+" "+literal)
			}
		}
	}
	attributes := func(urn string, list []schema.Attribute) {
		for _, a := range list {
			if a.Returned == schema.Never {
				continue
			}
			each(urn+a.Name, a)
			for _, s := range a.SubAttributes {
				each(urn+a.Name+"."+s.Name, s)
			}
		}
	}
	attributes("", schema.Common())
	attributes("", rt.Schema.Attributes)
	attributes(strings.ToUpper(rt.Schema.ID)+":", rt.Schema.Attributes[:1])
	for _, s := range slices.Concat(rt.Extensions, rt.Custom) {
		attributes(s.ID+":", s.Attributes)
	}
	return filters
}

func valueOf(a schema.Attribute) schema.Attribute {
	if v := a.SubAttribute("value"); v != nil {
		return *v
	}
	return schema.Attribute{}
}

func operatorsOf(a schema.Attribute) []string {
	switch a.Type {
	case schema.Boolean:
		return []string{"eq", "ne"}
	case schema.Binary:
		return []string{"eq", "ne", "co", "sw", "ew"}
	case schema.DateTime, schema.Integer, schema.Decimal:
		return []string{"eq", "ne", "gt", "ge", "lt", "le"}
	}
	return []string{"eq", "NE", "co", "sw", "ew", "gt", "ge", "lt", "le"}
}

// literalsFor are what the values there are can be told apart by.
func literalsFor(a schema.Attribute, rt schema.ResourceType, path string, all []map[string]any) []string {
	switch a.Type {
	case schema.Boolean:
		return []string{"true", `"False"`}
	case schema.Integer, schema.Decimal:
		return []string{"26", "9.5", "-1", "1e3", "26.0"}
	}
	parsed, _ := filter.ParsePath(path)
	set := map[string]bool{}
	for _, r := range all {
		for _, v := range (meaning{rt, r}).values(parsed.Attribute) {
			if s, ok := v.(string); ok && len(set) < 20 {
				set[s] = true
				if r := []rune(s); a.Type != schema.DateTime && len(r) > 3 {
					set[string(r[1:3])], set[string(r[:2])], set[strings.ToUpper(string(r[len(r)-2:]))], set[strings.ToUpper(s)] = true, true, true, true
				}
			}
		}
	}
	if a.Type == schema.DateTime {
		set["2020-01-01T01:00:00+01:00"], set["2999-01-01T00:00:00"], set["2020-01-01T00:00:00.5"] = true, true, true
	} else {
		set["zz%"], set["_"], set["!"], set["A"] = true, true, true, true
	}
	var literals []string
	for _, s := range slices.Sorted(maps.Keys(set)) {
		text, _ := json.Marshal(s)
		literals = append(literals, string(text))
	}
	return literals
}

func listOf(v any) []any {
	if list, ok := v.([]any); ok || v == nil {
		return list
	}
	return []any{v}
}

// What has no meaning is refused, by everybody in the same way.
func TestFiltersWithoutMeaning(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d *directory) {
		d.made(t, "/v2/Users", `{"userName":"ada"}`)
		for _, f := range []string{
			`active gt true`, `active co "t"`, `active eq 1`, `emails.primary lt true`, `x509Certificates.value gt "a"`, `meta.created co "2"`, `meta.created eq "yesterday"`,
			`title gt null`, `title co null`, `name eq "Ada"`, `addresses eq "x"`, `meta eq "x"`, `name[nosuch eq "x"]`, `name.givenName[value eq "x"]`, `title[value eq "x"]`, `schemas[value eq "x"]`,
			`emails[nosuch eq "x"]`, `emails[` + schema.EnterpriseUserID + `:value eq "x"]`, `emails[urn:example:a:b:value eq "x"]`, `emails[name.givenName eq "x"]`,
			`manager[` + schema.UserID + `:value eq "x"]`, `userName eq 'ada'`, `emails[type eq 'work']`, `emails[type eq “work”].value eq "x"`, `meta.created gt "2026-01-01"`, `emails.nosuch eq "x"`, `nosuch pr`, `password pr`, `password eq "x"`, `title eq "\u0000"`, `urn:example:a:b:c eq 1e999`,
			`urn:ietf:params:scim:schemas:core:2.0:Group:displayName eq "x"`,
		} {
			w := d.send(d.ctx, "GET", "/v2/Users?filter="+url.QueryEscape(f), "")
			if r := refused(t, w); w.Code != 400 || r.ScimType != "invalidFilter" || r.Detail == "" {
				t.Errorf("%s: %d %s", f, w.Code, fmt.Sprint(r))
			}
		}
	})
}

// The longest and deepest filters that are read are understood by everybody.
func TestLargestFilters(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d *directory) {
		d.made(t, "/v2/Users", `{"userName":"ada","emails":[{"value":"ada@harbor.example","type":"work"}]}`)
		alternating := `title pr`
		for i := range filter.MaxDepth {
			alternating = []string{`userName pr and (` + alternating + `)`, `not (active eq "false") or (` + alternating + `)`}[i%2]
		}
		deep := func(open, inner, end string, n int) string {
			return strings.Repeat(open, n) + inner + strings.Repeat(end, n)
		}
		for _, f := range []string{
			strings.TrimSuffix(strings.Repeat(`userName eq "ada" or `, filter.MaxTerms), " or "),
			strings.TrimSuffix(strings.Repeat(`userName ne "x" and `, filter.MaxTerms), " and "),
			deep("not (", `userName eq "ada"`, ")", filter.MaxDepth), deep("(", `userName eq "ada"`, ")", filter.MaxDepth),
			"emails[" + deep("not (", `value sw "ada"`, ")", filter.MaxDepth-2) + "]", deep("not (", `emails[value sw "ada"]`, ")", filter.MaxDepth-2),
			"urn:example:a:b:c eq 1 or " + deep("not (", `groups[not (display eq "x")] or userName pr`, ")", filter.MaxDepth-2),
			"not (manager.displayName pr) and " + alternating,
		} {
			if len(d.resources(t, "/v2/Users?filter="+url.QueryEscape(f))) != 1 {
				t.Errorf("%.60s finds nobody", f)
			}
		}
	})
}
