package scimadapter_test

import (
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/internal/scim/schema"
)

// team is what the model knows of a group.
type team struct {
	kept
	id, name, externalID string
	members              map[string]bool
}

var groupNames = []string{"Crew", "CREW", "Dock crew", "Köche", "KÖCHE"}

// resource is the group as it is answered, but for its meta.
func (g *team) resource() map[string]any {
	doc := map[string]any{"id": g.id, "schemas": []any{schema.GroupID}, "displayName": g.name}
	if g.externalID != "" {
		doc["externalId"] = g.externalID
	}
	var members []any
	for _, id := range slices.Sorted(maps.Keys(g.members)) {
		endpoint, kind := "/Users/", "User"
		if schematype.TypeOf(uuid.MustParse(id)) == schematype.TypeGroup {
			endpoint, kind = "/Groups/", "Group"
		}
		members = append(members, map[string]any{"value": id, "$ref": baseURL + "/v2" + endpoint + id, "type": kind})
	}
	if members != nil {
		doc["members"] = members
	}
	return doc
}

// groupsOf is the answer to a question for the groups of a user.
func (m *modelled) groupsOf(p *person) map[string]any {
	doc := map[string]any{"id": p.id, "schemas": p.resource()["schemas"]}
	names := map[string]string{}
	for _, g := range m.groups {
		if g.members[p.id] {
			names[g.id] = g.name
		}
	}
	var groups []any
	for _, id := range slices.Sorted(maps.Keys(names)) {
		groups = append(groups, map[string]any{"value": id, "$ref": baseURL + "/v2/Groups/" + id, "display": names[id], "type": "direct"})
	}
	if groups != nil {
		doc["groups"] = groups
	}
	return doc
}

// group draws a group, or nil and the id of none.
func (m *modelled) group(t *rapid.T) (*team, string) {
	if i := rapid.IntRange(-1, len(m.groups)*3-1).Draw(t, "group"); i >= 0 {
		g := m.groups[i%len(m.groups)]
		return g, g.id
	}
	return nil, "019ab6a5-1c2e-7000-8005-000000000001"
}

func (m *modelled) named(g *team, name string) bool {
	return slices.ContainsFunc(m.groups, func(other *team) bool { return other != g && strings.EqualFold(other.name, name) })
}

// drawMembers draws ids; mostly of what there is.
func (m *modelled) drawMembers(t *rapid.T) (ids []string) {
	from := m.ids()
	if there := len(from) - 1 - len(m.gone); there > 0 && rapid.IntRange(0, 4).Draw(t, "unknown members") > 0 {
		from = from[1+len(m.gone):]
	}
	return rapid.SliceOfN(rapid.SampledFrom(from), 0, 4).Draw(t, "members")
}

// canJoin reports whether all ids are of what there is and none is g or holds g.
func (m *modelled) canJoin(g *team, ids []string) bool {
	for _, id := range ids {
		isUser := slices.ContainsFunc(m.users, func(p *person) bool { return p.id == id })
		if !isUser && !m.holdsNot(id, g) {
			return false
		}
	}
	return true
}

// holdsNot reports whether id is a group that is not g and does not hold it.
func (m *modelled) holdsNot(id string, g *team) bool {
	i := slices.IndexFunc(m.groups, func(other *team) bool { return other.id == id })
	if i < 0 || m.groups[i] == g || g != nil && id == g.id {
		return false
	}
	for member := range m.groups[i].members {
		isGroup := slices.ContainsFunc(m.groups, func(other *team) bool { return other.id == member })
		if isGroup && !m.holdsNot(member, g) {
			return false
		}
	}
	return true
}

// memberValues writes members as clients do.
func memberValues(t *rapid.T, ids []string) any {
	form := rapid.SampledFrom([]string{"objects", "with $ref", "bare"}).Draw(t, "form")
	list := []any{}
	for _, id := range ids {
		switch form {
		case "objects":
			list = append(list, map[string]any{"value": id})
		case "with $ref":
			list = append(list, map[string]any{"$ref": nil, "value": id, "display": "x"})
		default:
			list = append(list, id)
		}
	}
	return list
}

// drawTeam draws a body of POST and PUT and what it means.
func (m *modelled) drawTeam(t *rapid.T) (body map[string]any, means *team, ids []string) {
	g := &team{name: rapid.SampledFrom(groupNames).Draw(t, "displayName"), members: map[string]bool{}}
	body = map[string]any{"schemas": []string{schema.GroupID}, "displayName": g.name}
	if rapid.Bool().Draw(t, "with externalId") {
		g.externalID = rapid.SampledFrom(texts).Draw(t, "externalId")
		body["externalId"] = g.externalID
	}
	if ids = m.drawMembers(t); len(ids) > 0 || rapid.Bool().Draw(t, "with members") {
		body["members"] = memberValues(t, ids)
	}
	for _, id := range ids {
		g.members[id] = true
	}
	return body, g, ids
}

func (m *modelled) createGroup(t *rapid.T) {
	if len(m.groups) > 4 {
		t.Skip("enough groups")
	}
	body, g, ids := m.drawTeam(t)
	if m.named(nil, g.name) && !m.canJoin(nil, ids) {
		t.Skip("two reasons to refuse")
	}
	a := m.ask(t, "POST", "/v2/Groups", body)
	switch {
	case m.named(nil, g.name):
		a.is(t, "409 uniqueness")
	case !m.canJoin(nil, ids):
		a.is(t, "400 invalidValue")
	default:
		a.is(t, "201")
		g.id = m.made(t, a)
		m.groups = append(m.groups, g)
	}
}

// changedTeam checks the answer to a change of g into after.
func (m *modelled) changedTeam(t *rapid.T, a answered, g, after *team, good bool, status string) {
	t.Helper()
	switch {
	case g == nil:
		a.is(t, "404")
	case !good:
		a.is(t, "400 invalidValue")
	case m.named(g, after.name):
		a.is(t, "409 uniqueness")
	default:
		a.is(t, status)
		after.touched = g.touched || after.touched || !reflect.DeepEqual(g.resource(), after.resource())
		*g = *after
	}
}

func (m *modelled) replaceGroup(t *rapid.T) {
	g, id := m.group(t)
	body, after, ids := m.drawTeam(t)
	if good := m.canJoin(g, ids); g == nil && !good || g != nil && !good && m.named(g, after.name) {
		t.Skip("two reasons to refuse")
	}
	if g != nil {
		after.kept, after.id = g.kept, g.id
	}
	m.changedTeam(t, m.ask(t, "PUT", "/v2/Groups/"+id, body), g, after, m.canJoin(g, ids), "200")
}

func (m *modelled) patchGroup(t *rapid.T) {
	g, id := m.group(t)
	after := &team{members: map[string]bool{}}
	if g != nil {
		*after, after.members = *g, maps.Clone(g.members)
	}
	good, ops := true, []any{}
	for range rapid.IntRange(0, 4).Draw(t, "operations") {
		op, works := m.drawStep(t, g, after)
		ops, good = append(ops, op), good && works
	}
	if rapid.Bool().Draw(t, "renamed") { // once: two renames around a change of members are two steps
		after.name = rapid.SampledFrom(groupNames).Draw(t, "displayName")
		op := map[string]any{"op": rapid.SampledFrom(setting).Draw(t, "op"), "path": "displayName", "value": after.name}
		if rapid.Bool().Draw(t, "without path") {
			op = map[string]any{"op": "replace", "value": map[string]any{"id": id, "displayName": after.name}}
		}
		ops = append(ops, op)
	}
	if !good && (g == nil || m.named(g, after.name)) {
		t.Skip("two reasons to refuse")
	}
	a := m.ask(t, "PATCH", "/v2/Groups/"+id, map[string]any{"Operations": ops})
	m.changedTeam(t, a, g, after, good, "204")
}

// drawStep draws an operation on members in one of the dialects, carries it
// out on after, and reports whether it must be accepted.
func (m *modelled) drawStep(t *rapid.T, g, after *team) (op map[string]any, works bool) {
	ids := m.drawMembers(t)
	before := maps.Clone(after.members)
	defer func() { after.touched = after.touched || !maps.Equal(before, after.members) }()
	switch kind := rapid.SampledFrom([]string{"add", "remove", "replace", "remove by filter", "remove all"}).Draw(t, "kind"); kind {
	case "remove by filter":
		id := rapid.SampledFrom(m.ids()).Draw(t, "member")
		delete(after.members, id)
		return map[string]any{"op": "remove", "path": `members[value eq "` + id + `"]`}, true
	case "remove all":
		clear(after.members)
		return map[string]any{"op": "Remove", "path": "members"}, true
	case "remove":
		for _, id := range ids {
			delete(after.members, id)
		}
		return map[string]any{"op": "Remove", "path": "members", "value": memberValues(t, ids)}, true
	case "replace":
		clear(after.members)
		fallthrough
	default:
		for _, id := range ids {
			after.members[id] = true
		}
		works = m.canJoin(g, ids)
		if rapid.Bool().Draw(t, "without path") {
			return map[string]any{"op": kind, "value": map[string]any{"members": memberValues(t, ids)}}, works
		}
		return map[string]any{"op": strings.ToUpper(kind[:1]) + kind[1:], "path": "members", "value": memberValues(t, ids)}, works
	}
}

func (m *modelled) deleteGroup(t *rapid.T) {
	g, id := m.group(t)
	a := m.ask(t, "DELETE", "/v2/Groups/"+id, nil)
	if g == nil {
		a.is(t, "404")
		return
	}
	a.is(t, "204")
	m.groups = slices.DeleteFunc(m.groups, func(other *team) bool { return other == g })
	m.leave(id)
}

// groupSearches are filters and what they mean, as userSearches.
var groupSearches = []struct {
	filter string
	finds  func(g *team, value string) bool
}{
	{`displayName eq %s`, func(g *team, v string) bool { return strings.EqualFold(g.name, v) }},
	{`externalId eq %s`, func(g *team, v string) bool { return g.externalID == v }},
	{`members eq %s`, func(g *team, v string) bool { return g.members[v] }},
	{`members[value eq %s]`, func(g *team, v string) bool { return g.members[v] }},
	{`id pr and not (members.value eq %s)`, func(g *team, v string) bool { return !g.members[v] }},
	{`members pr`, func(g *team, _ string) bool { return len(g.members) > 0 }},
}

func (m *modelled) findGroups(t *rapid.T) {
	search := rapid.SampledFrom(groupSearches).Draw(t, "filter")
	value := rapid.SampledFrom(slices.Concat(groupNames, texts, m.ids(), m.ids())).Draw(t, "value")
	var want []string
	for _, g := range m.groups {
		if search.finds(g, value) {
			want = append(want, g.id)
		}
	}
	m.find(t, "/v2"+schema.Groups.Endpoint, strings.ReplaceAll(search.filter, "%s", quote(value)), want)
	if g, id := m.group(t); g != nil {
		a := m.ask(t, http.MethodGet, "/v2/Groups/"+id+"?excludedAttributes=members,meta", nil)
		a.is(t, "200")
		want := g.resource()
		delete(want, "members")
		same(t, a.body, want)
	}
}
