package scimadapter_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/user"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/attribute"
)

// step is one change, as it is made over SCIM and over GraphQL. In both, $name
// stands for the id of the resource that an earlier step called so.
type step struct {
	call         string // what the resource made is called, if one is made
	method, path string
	body         string
	mutation     string
}

var story = []step{
	{
		"ada", "POST", "/v2/Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],"userName":"ada","displayName":"Ada Byron","externalId":"x-1","active":true,"name":{"givenName":"Ada","familyName":"Byron"},"title":"Countess","emails":[{"value":"Ada@harbor.example","type":"work","primary":true}],"phoneNumbers":[{"value":" +49 170 ","type":"mobile"}],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Docks","manager":{"value":"someone"}},"urn:example:params:Ship":{"name":"Nina"}}`,
		`mutation($e: JSON) { m: createUser(input: {directoryId: "$directory", userName: "ada", displayName: "Ada Byron", externalId: "x-1", active: true, name: {givenName: "Ada", familyName: "Byron"}, title: "Countess", department: "Docks", emails: [{value: "Ada@harbor.example", type: "work", primary: true}], phoneNumbers: [{value: " +49 170 ", type: "mobile"}], managerValue: "someone", extensions: $e}) { r: user { id } } }`,
	},
	{"grace", "POST", "/v2/Users", `{"userName":"grace","active":false}`, `mutation { m: createUser(input: {directoryId: "$directory", userName: "grace", active: false}) { r: user { id } } }`},
	{"", "PATCH", "/v2/Users/$ada", `{"Operations":[{"op":"Replace","path":"title","value":"Programmer"},{"op":"Replace","path":"active","value":"False"}]}`, `mutation { m: updateUser(input: {id: "$ada", patch: {title: "Programmer", active: false}}) { r: user { id } } }`},
	{"", "PATCH", "/v2/Users/$ada", `{"Operations":[{"op":"Replace","path":"title","value":"Programmer"}]}`, `mutation { m: updateUser(input: {id: "$ada", patch: {title: "Programmer"}}) { r: user { id } } }`},
	{"", "PATCH", "/v2/Users/$ada", `{"Operations":[{"op":"replace","path":"emails[type eq \"work\"].value","value":"a@b.example"},{"op":"remove","path":"phoneNumbers"}]}`, `mutation { m: updateUser(input: {id: "$ada", patch: {emails: [{value: "a@b.example", type: "work", primary: true}], phoneNumbers: null}}) { r: user { id } } }`},
	{"crew", "POST", "/v2/Groups", `{"displayName":"Crew","externalId":"g-1","members":[{"value":"$ada"}]}`, `mutation { m: createGroup(input: {directoryId: "$directory", displayName: "Crew", externalId: "g-1", memberIds: ["$ada"]}) { r: group { id } } }`},
	{"boats", "POST", "/v2/Groups", `{"displayName":"Boats"}`, `mutation { m: createGroup(input: {directoryId: "$directory", displayName: "Boats"}) { r: group { id } } }`},
	{"", "PATCH", "/v2/Groups/$crew", `{"Operations":[{"op":"Add","path":"members","value":[{"value":"$grace"},{"value":"$ada"}]}]}`, `mutation { m: addGroupMembers(input: {groupId: "$crew", memberIds: ["$grace", "$ada"]}) { added } }`},
	{"", "PATCH", "/v2/Groups/$crew", `{"Operations":[{"op":"Remove","path":"members","value":[{"value":"$ada"}]}]}`, `mutation { m: removeGroupMembers(input: {groupId: "$crew", memberIds: ["$ada"]}) { removed } }`},
	{"", "PATCH", "/v2/Groups/$boats", `{"Operations":[{"op":"Replace","path":"members","value":[{"value":"$crew"}]}]}`, `mutation { m: replaceGroupMembers(input: {groupId: "$boats", memberIds: ["$crew"]}) { added } }`},
	{"", "PATCH", "/v2/Groups/$crew", `{"Operations":[{"op":"Replace","path":"displayName","value":"Crew 2"}]}`, `mutation { m: updateGroup(input: {id: "$crew", patch: {displayName: "Crew 2"}}) { r: group { id } } }`},
	{"", "DELETE", "/v2/Users/$grace", ``, `mutation { m: deleteUser(input: {id: "$grace"}) { deletedId } }`},
	{"", "DELETE", "/v2/Groups/$boats", ``, `mutation { m: deleteGroup(input: {id: "$boats"}) { deletedId } }`},
}

// The same story told over SCIM and over GraphQL leaves the same rows, the same
// versions and the same record of what changed.
func TestBothProtocolsLeaveTheSame(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d *directory) {
		other := newDirectory(t, d.db)
		scim, api := d.tellOverSCIM(t), other.tellOverGraphQL(t)
		for i := range scim {
			if !reflect.DeepEqual(scim[i], api[i]) {
				t.Errorf("after step %d:\nover SCIM    %v\nover GraphQL %v", i, scim[i], api[i])
			}
		}
	})
}

func (d *directory) tellOverSCIM(t *testing.T) (states []state) {
	t.Helper()
	ids := map[string]string{}
	for i, s := range story {
		w := d.send(d.ctx, s.method, fill(s.path, ids), fill(s.body, ids))
		if w.Code >= 300 {
			t.Fatalf("step %d: %d %s", i, w.Code, w.Body)
		}
		var made struct{ ID string }
		if s.call != "" {
			if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil {
				t.Fatal(err)
			}
			ids[s.call] = made.ID
		}
		states = append(states, d.state(t, ids))
	}
	return states
}

func (d *directory) tellOverGraphQL(t *testing.T) (states []state) {
	t.Helper()
	v, _ := viewer.FromContext(d.ctx)
	ctx := viewer.NewContext(t.Context(), viewer.Viewer{
		Kind: viewer.APIKey, CompanyID: v.CompanyID, KeyID: schematype.NewID(schematype.TypeKey), Scopes: viewer.Scopes, Source: viewer.SourceAPI,
	})
	handler := graph.New(d.db, graph.Config{BaseURL: baseURL}).Handler()
	ids := map[string]string{"directory": d.id.String()}
	for i, s := range story {
		body, _ := json.Marshal(map[string]any{"query": fill(s.mutation, ids), "variables": map[string]any{"e": map[string]any{"urn:example:params:Ship": map[string]any{"name": "Nina"}}}})
		if !strings.Contains(s.mutation, "$e") {
			body, _ = json.Marshal(map[string]any{"query": fill(s.mutation, ids)})
		}
		r := httptest.NewRequestWithContext(ctx, "POST", "/graphql", strings.NewReader(string(body)))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		var answer struct {
			Data struct {
				M struct{ R struct{ ID string } }
			}
		}
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || w.Code != http.StatusOK {
			t.Fatalf("step %d: %d %s", i, w.Code, w.Body)
		}
		if s.call != "" {
			ids[s.call] = answer.Data.M.R.ID
		}
		states = append(states, d.state(t, ids))
	}
	return states
}

func fill(text string, ids map[string]string) string {
	for name, id := range ids {
		text = strings.ReplaceAll(text, "$"+name, id)
	}
	return text
}

// state is what a directory holds, with names in place of ids, and without
// times and sources.
type state struct{ Users, Groups, Members, Values, Changes []string }

func (d *directory) state(t *testing.T, ids map[string]string) state {
	t.Helper()
	names := strings.NewReplacer(pairs(ids)...)
	line := func(v any) string {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return names.Replace(string(text))
	}
	ctx, client := viewer.WithOperator(t.Context()), d.db.Client(t.Context())
	var s state
	for _, u := range client.User.Query().Where(user.DirectoryID(d.id)).Order(user.ByID()).AllX(ctx) {
		s.Users = append(s.Users, line([]any{u.ID, attribute.Users.Of(u), u.UserNameKey, u.SortName, u.Version}))
	}
	v, _ := viewer.FromContext(d.ctx)
	for _, g := range client.Group.Query().AllX(d.ctx) {
		s.Groups = append(s.Groups, line([]any{g.ID, g.DisplayName, g.DisplayNameKey, g.ExternalID, g.MemberCount, g.Extensions, g.Version}))
	}
	for _, m := range client.Membership.Query().AllX(d.ctx) {
		s.Members = append(s.Members, line([]any{m.GroupID, m.MemberID, m.UserID, m.SubgroupID}))
	}
	for _, value := range client.UserValue.Query().AllX(d.ctx) {
		s.Values = append(s.Values, line([]any{value.UserID, value.Attribute, value.ValueKey, value.TypeKey}))
	}
	for _, c := range client.Change.Query().Where(change.CompanyID(v.CompanyID), change.DirectoryID(d.id)).Order(change.ByID()).AllX(ctx) {
		s.Changes = append(s.Changes, line([]any{c.Kind, c.ResourceType, c.ResourceID, c.ResourceVersion, c.Before, c.After, c.UsersDelta, c.ActiveUsersDelta, c.GroupsDelta, c.MembershipsDelta}))
	}
	for _, list := range [][]string{s.Users, s.Groups, s.Members, s.Values} {
		slices.Sort(list)
	}
	return s
}

func pairs(ids map[string]string) (list []string) {
	for name, id := range ids {
		list = append(list, id, name)
	}
	return list
}
