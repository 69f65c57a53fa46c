package scimadapter_test

import (
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/internal/scim/schema"
)

// person is what the model knows of a user.
type person struct {
	kept
	id     string
	values map[string]string // by path; none is empty
	active bool
	emails []address
}

type address struct{ kind, value string }

var (
	coreURN       = "urn:ietf:params:scim:schemas:core:2.0:User"
	enterpriseURN = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
	managerPath   = enterpriseURN + ":manager"

	userNames = []string{"ada", "ADA", "ben@harbor.example", "Ben@Harbor.example", "Zoë", "o'neil+\"x\"\\"}
	texts     = []string{"Pilot", "pilot", " Cook  of the\tship ", "Zoë \"Ω\" \\ 'x'", "%_", "a&b=c;#"}
	kinds     = []string{"work", "home", "other"}
	valued    = []string{"externalId", "displayName", "title", "name.givenName", "name.familyName", enterpriseURN + ":department", enterpriseURN + ":costCenter", managerPath}
)

func (p *person) clone() *person {
	c := *p
	c.values, c.emails = maps.Clone(p.values), slices.Clone(p.emails)
	return &c
}

func (p *person) set(path, value string) {
	if p.values[path] = value; value == "" {
		delete(p.values, path)
	}
}

func (p *person) setEmail(kind, value string) {
	i := slices.IndexFunc(p.emails, func(a address) bool { return a.kind == kind })
	switch {
	case i < 0 && value != "":
		p.emails = append(p.emails, address{kind, value})
	case i >= 0 && value == "":
		p.emails = slices.Delete(p.emails, i, i+1)
	case i >= 0:
		p.emails[i].value = value
	}
}

// attributes are those that a client writes, in the JSON of RFC 7643.
func (p *person) attributes() map[string]any {
	doc, name, enterprise := map[string]any{"active": p.active}, map[string]any{}, map[string]any{}
	for path, value := range p.values {
		switch section, rest, _ := strings.Cut(path, "name."); {
		case path == managerPath:
			enterprise["manager"] = map[string]any{"value": value}
		case strings.HasPrefix(path, enterpriseURN):
			enterprise[strings.TrimPrefix(path, enterpriseURN+":")] = value
		case section == "" && rest != "":
			name[rest] = value
		default:
			doc[path] = value
		}
	}
	var emails []any
	for _, a := range p.emails {
		emails = append(emails, map[string]any{"type": a.kind, "value": a.value})
	}
	for path, value := range map[string]any{"name": name, enterpriseURN: enterprise, "emails": emails} {
		if reflect.ValueOf(value).Len() > 0 {
			doc[path] = value
		}
	}
	return doc
}

// resource is the user as it is answered, but for its meta.
func (p *person) resource() map[string]any {
	doc := p.attributes()
	doc["id"], doc["schemas"] = p.id, []any{coreURN}
	enterprise, ok := doc[enterpriseURN].(map[string]any)
	if !ok {
		return doc
	}
	doc["schemas"] = []any{coreURN, enterpriseURN}
	if m, ok := enterprise["manager"].(map[string]any); ok && schematype.ParseID(p.values[managerPath], schematype.TypeUser).Version() == 7 {
		m["$ref"] = baseURL + "/v2" + schema.Users.Endpoint + "/" + p.values[managerPath]
	}
	return doc
}

// become makes p what it is after a write.
func (p *person) become(after *person) {
	p.touched = p.touched || !reflect.DeepEqual(p.attributes(), after.attributes())
	p.values, p.active, p.emails = after.values, after.active, after.emails
}

// user draws a user, or nil and the id of none.
func (m *modelled) user(t *rapid.T) (*person, string) {
	ids := []string{"42", "019ab6a5-1c2e-7000-8004-000000000001"}
	ids = append(ids, m.gone...)
	if i := rapid.IntRange(-len(m.users)*4, len(ids)-1).Draw(t, "user"); i >= 0 || len(m.users) == 0 {
		return nil, ids[max(i, 0)]
	} else {
		p := m.users[-i%len(m.users)]
		return p, p.id
	}
}

// taken reports whether another user than p has the userName.
func (m *modelled) taken(p *person, name string) bool {
	return slices.ContainsFunc(m.users, func(u *person) bool {
		return u != p && strings.EqualFold(u.values["userName"], name)
	})
}

// drawPerson draws a body of POST and PUT and what it means; active is what
// holds when the body does not say.
func (m *modelled) drawPerson(t *rapid.T, active bool) (body map[string]any, means *person) {
	p := &person{values: map[string]string{"userName": rapid.SampledFrom(userNames).Draw(t, "userName")}, active: active}
	for _, path := range rapid.SliceOfNDistinct(rapid.SampledFrom(valued), 0, 4, rapid.ID).Draw(t, "attributes") {
		p.set(path, m.drawValue(t, path))
	}
	for _, kind := range rapid.SliceOfNDistinct(rapid.SampledFrom(kinds), 0, 2, rapid.ID).Draw(t, "emails") {
		p.emails = append(p.emails, address{kind, rapid.SampledFrom(texts).Draw(t, "email")})
	}
	body = p.attributes()
	switch rapid.SampledFrom([]string{"absent", "boolean", "text"}).Draw(t, "active") {
	case "absent":
		delete(body, "active")
	case "boolean":
		p.active = rapid.Bool().Draw(t, "active")
		body["active"] = p.active
	case "text":
		p.active = rapid.Bool().Draw(t, "active")
		body["active"] = rapid.SampledFrom(spellings[p.active]).Draw(t, "active")
	}
	if e, ok := body[enterpriseURN].(map[string]any); ok && e["manager"] != nil && rapid.Bool().Draw(t, "bare manager") {
		e["manager"] = p.values[managerPath] // E-044
	}
	return body, p
}

var spellings = map[bool][]string{true: {"True", "true", "TRUE"}, false: {"False", "false"}}

func (m *modelled) drawValue(t *rapid.T, path string) string {
	switch path {
	case managerPath:
		return rapid.SampledFrom(m.ids()).Draw(t, "manager")
	case "userName":
		return rapid.SampledFrom(userNames).Draw(t, "userName")
	}
	return rapid.SampledFrom(texts).Draw(t, path)
}

func (m *modelled) createUser(t *rapid.T) {
	if len(m.users) > 8 {
		t.Skip("enough users")
	}
	body, p := m.drawPerson(t, true)
	a := m.ask(t, "POST", "/v2/Users", body)
	if m.taken(nil, p.values["userName"]) {
		a.is(t, "409 uniqueness")
		return
	}
	a.is(t, "201")
	p.id = m.made(t, a)
	m.users = append(m.users, p)
}

func (m *modelled) replaceUser(t *rapid.T) {
	p, id := m.user(t)
	body, after := m.drawPerson(t, p != nil && p.active)
	m.changed(t, m.ask(t, "PUT", "/v2/Users/"+id, body), p, after, false)
}

func (m *modelled) patchUser(t *rapid.T) {
	p, id := m.user(t)
	after := &person{values: map[string]string{"userName": "nobody"}}
	if p != nil {
		after = p.clone()
	}
	ops, bad := []any{}, false
	for range rapid.IntRange(0, 4).Draw(t, "operations") {
		e := m.drawEdit(t)
		ops, bad = append(ops, e.op), bad || e.bad
		if !bad {
			e.apply(after)
		}
	}
	bad = bad || after.values["userName"] == ""
	if p == nil && bad {
		t.Skip("two reasons to refuse")
	}
	m.changed(t, m.ask(t, "PATCH", "/v2/Users/"+id, map[string]any{"Operations": ops}), p, after, bad)
}

// changed checks the answer to a change of p into after.
func (m *modelled) changed(t *rapid.T, a answered, p, after *person, bad bool) {
	t.Helper()
	switch {
	case p == nil:
		a.is(t, "404")
	case bad:
		a.is(t, "400 invalidValue")
	case m.taken(p, after.values["userName"]):
		a.is(t, "409 uniqueness")
	default:
		a.is(t, "200")
		p.become(after)
		delete(a.body, "meta")
		same(t, a.body, p.resource())
	}
}

func (m *modelled) deleteUser(t *rapid.T) {
	p, id := m.user(t)
	a := m.ask(t, "DELETE", "/v2/Users/"+id, nil)
	if p == nil {
		a.is(t, "404")
		return
	}
	a.is(t, "204")
	m.users = slices.DeleteFunc(m.users, func(u *person) bool { return u == p })
	m.leave(id)
}

// leave takes out of all groups what is no more.
func (m *modelled) leave(id string) {
	m.gone = append(m.gone, id)
	for _, g := range m.groups {
		if g.members[id] {
			delete(g.members, id)
			g.touched = true
		}
	}
}

// userSearches are filters and what they mean. %s is a JSON string of a value.
var userSearches = []struct {
	filter string
	finds  func(p *person, value string) bool
}{
	{`userName eq %s`, func(p *person, v string) bool { return strings.EqualFold(p.values["userName"], v) }},
	{`USERNAME Ne %s`, func(p *person, v string) bool { return !strings.EqualFold(p.values["userName"], v) }},
	{`externalId eq %s`, func(p *person, v string) bool { return p.values["externalId"] == v }},
	{coreURN + `:title eq %s`, func(p *person, v string) bool { return strings.EqualFold(p.values["title"], v) }},
	{`title pr and not (title eq %s)`, func(p *person, v string) bool {
		return p.values["title"] != "" && !strings.EqualFold(p.values["title"], v)
	}},
	{`displayName sw %s or active eq false`, func(p *person, v string) bool {
		return !p.active || strings.HasPrefix(strings.ToLower(p.values["displayName"]), strings.ToLower(v))
	}},
	{`name.givenName co %s`, func(p *person, v string) bool {
		return strings.Contains(strings.ToLower(p.values["name.givenName"]), strings.ToLower(v))
	}},
	{enterpriseURN + `:department eq %s`, func(p *person, v string) bool {
		return strings.EqualFold(p.values[enterpriseURN+":department"], v)
	}},
	{`manager eq %s`, func(p *person, v string) bool { return p.values[managerPath] == v }},
	{`active eq "True" and userName pr`, func(p *person, _ string) bool { return p.active }},
	{`id eq %s`, func(p *person, v string) bool { return p.id == v }},
	{`emails[type eq "work"].value eq %s`, func(p *person, v string) bool {
		return slices.ContainsFunc(p.emails, func(a address) bool { return a.kind == "work" && strings.EqualFold(a.value, v) })
	}},
	{`emails.value eq %s`, func(p *person, v string) bool {
		return slices.ContainsFunc(p.emails, func(a address) bool { return strings.EqualFold(a.value, v) })
	}},
}

func (m *modelled) findUsers(t *rapid.T) {
	search := rapid.SampledFrom(userSearches).Draw(t, "filter")
	value := rapid.SampledFrom(slices.Concat(userNames, texts, m.ids())).Draw(t, "value")
	var want []string
	for _, p := range m.users {
		if search.finds(p, value) {
			want = append(want, p.id)
		}
	}
	m.find(t, "/v2"+schema.Users.Endpoint, strings.ReplaceAll(search.filter, "%s", quote(value)), want)
	if p, id := m.user(t); p != nil {
		a := m.ask(t, http.MethodGet, "/v2/Users/"+id+"?attributes=groups", nil)
		a.is(t, "200")
		same(t, a.body, m.groupsOf(p))
	}
}

func quote(value string) string {
	return fmt.Sprintf("%q", value)
}
