package scimadapter_test

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/member"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/scim/schema"
	"github.com/feddir/feddir/scimadapter"
)

func (d *directory) describe(t *testing.T, extensions ...model.SchemaExtensionInput) {
	t.Helper()
	_, err := d.ops.SetSchemaExtensions(viewer.WithOperator(t.Context()), model.SetSchemaExtensionsInput{DirectoryID: d.id, Extensions: extensions})
	if err != nil {
		t.Fatal(err)
	}
}

// What a directory describes of its own is found where clients look for it, by
// this directory's alone.
func TestDiscoveryOfExtensions(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d *directory) {
		badge := model.SchemaAttributeInput{Name: "badge", Type: model.SchemaAttributeTypeInteger, Description: "On the door.", CanonicalValues: []string{"7"}}
		d.describe(t,
			model.SchemaExtensionInput{Urn: "urn:example:params:HR:2.0:User", Name: "HR", ResourceType: model.SchemaResourceTypeUser, Attributes: []model.SchemaAttributeInput{badge}},
			model.SchemaExtensionInput{Urn: shipURN, Name: "Ship", ResourceType: model.SchemaResourceTypeGroup, Attributes: []model.SchemaAttributeInput{badge}},
		)
		if n := len(d.resources(t, "/v2/Schemas")); n != 7 {
			t.Errorf("%d schemas", n)
		}
		if n := len(newDirectory(t, d.db).resources(t, "/v2/Schemas")); n != 5 {
			t.Errorf("%d schemas of another directory", n)
		}
		w := d.send(d.ctx, "GET", "/v2/Schemas/urn:EXAMPLE:params:hr:2.0:User", "")
		const want = `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Schema"],"id":"urn:example:params:HR:2.0:User","name":"HR","description":"",` +
			`"attributes":[{"name":"badge","type":"integer","multiValued":false,"description":"On the door.","required":false,"caseExact":false,"canonicalValues":["7"],` +
			`"mutability":"readWrite","returned":"default","uniqueness":"none"}],` +
			`"meta":{"resourceType":"Schema","location":"http://directory.test/v2/Schemas/urn:example:params:HR:2.0:User"}}`
		if w.Code != 200 || w.Body.String() != want {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		for target, urn := range map[string]string{"/v2/ResourceTypes/User": "urn:example:params:HR:2.0:User", "/v2/ResourceTypes/Group": shipURN} {
			w := d.send(d.ctx, "GET", target, "")
			if !strings.Contains(w.Body.String(), `{"schema":"`+urn+`","required":false}`) {
				t.Errorf("%s: %s", target, w.Body)
			}
		}
	})
}

func TestRequestsWithDescribedExtensions(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d *directory) {
		d.describe(t, model.SchemaExtensionInput{Urn: shipURN, Name: "Ship", ResourceType: model.SchemaResourceTypeUser, Attributes: []model.SchemaAttributeInput{
			{Name: "crew", Type: model.SchemaAttributeTypeInteger}, {Name: "afloat", Type: model.SchemaAttributeTypeBoolean}, {Name: "code", Type: model.SchemaAttributeTypeString, CaseExact: true},
			{Name: "home", Type: model.SchemaAttributeTypeString},
		}})
		wrong := d.send(d.ctx, "POST", "/v2/Users", `{"userName":"ada","`+shipURN+`":{"crew":"many"}}`)
		if r := refused(t, wrong); wrong.Code != 400 || r.ScimType != "invalidValue" || !strings.Contains(r.Detail, "crew") {
			t.Errorf("%d %s", wrong.Code, wrong.Body)
		}
		id := d.made(t, "/v2/Users", `{"userName":"ada","`+shipURN+`":{"crew":26,"code":"É","home":"Île Ωφ","unknown":"kept"}}`)
		for _, text := range []string{"crew gt 9", `afloat eq true`, `code eq "É"`, `home eq "îLE ωΦ"`, `home co "LE Ω"`, `home sw "ÎL"`, `home ew "ΩΦ"`, `unknown eq "KEPT"`} {
			patched := d.send(d.ctx, "PATCH", "/v2/Users/"+id, patchBody(`{"op":"Add","path":"`+shipURN+`:afloat","value":"True"}`))
			if patched.Code != 200 || !strings.Contains(patched.Body.String(), `"afloat":true`) {
				t.Fatalf("%d %s", patched.Code, patched.Body)
			}
			if found := d.resources(t, "/v2/Users?filter="+escaped(shipURN+":"+text)); len(found) != 1 {
				t.Errorf("%s finds %d", text, len(found))
			}
		}
		if found := d.resources(t, "/v2/Users?filter="+escaped(shipURN+`:code eq "é"`)); len(found) != 0 {
			t.Error("case does not matter")
		}
	})
}

// E-025: a time may come without its zone, from who writes it and from who looks for
// it, and is UTC then.
func TestTimesWithoutZone(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d *directory) {
		d.describe(t, model.SchemaExtensionInput{Urn: shipURN, Name: "Ship", ResourceType: model.SchemaResourceTypeUser, Attributes: []model.SchemaAttributeInput{
			{Name: "built", Type: model.SchemaAttributeTypeDateTime},
		}})
		for _, built := range []string{
			"2026-01-01T12:00:00", "2026-01-01T13:00:00.000+01:00", "2026-01-01T12:00:00.5", "2025-12-31T24:00:00", "2026-01-01T24:00:00.00+14:00", "2027-01-01T00:00:00.1234567891-14:00",
		} {
			d.made(t, "/v2/Users", `{"userName":"`+built+`","`+shipURN+`":{"built":"`+built+`"}}`)
		}
		for text, want := range map[string]int{
			`built eq "2026-01-01T12:00:00"`: 2, `built eq "2026-01-01T12:00:00Z"`: 2, `built gt "2026-01-01T12:00:00"`: 2,
			`built eq "2026-01-01T12:00:00.500"`: 1, `built eq 2026-01-01T12:00:00`: 2, `built lt "2026-01-01T13:30:00+01:00"`: 5,
			`built eq "2026-01-01T00:00:00Z"`: 1, `built eq "2025-12-31T24:00:00"`: 1, `built eq "2026-01-01T10:00:00"`: 1, `built eq "2027-01-01T14:00:00.123"`: 1,
		} {
			if found := d.resources(t, "/v2/Users?filter="+escaped(shipURN+":"+text)); len(found) != want {
				t.Errorf("%s finds %d, not %d", text, len(found), want)
			}
		}
		for _, built := range []string{"2026-01-01", "2026-01-01T12:00:00,5", "2026-01-01T12:00:00+15:00", "0000-01-01T12:00:00"} {
			w := d.send(d.ctx, "POST", "/v2/Users", `{"userName":"x","`+shipURN+`":{"built":"`+built+`"}}`)
			if r := refused(t, w); w.Code != 400 || !strings.Contains(r.Detail, "built must be a time") {
				t.Errorf("%s is taken for a time: %d", built, w.Code)
			}
		}
	})
}

// What RFC 7643 has no attribute for can be written, read and found everywhere.
func TestOwnExtensions(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d *directory) {
		for path, c := range map[string]struct{ urn, core string }{
			"/v2/Users":  {schema.OwnUserID, `"userName":"ines"`},
			"/v2/Groups": {schema.OwnGroupID, `"displayName":"Crew"`},
		} {
			wrong := d.send(d.ctx, "POST", path, `{`+c.core+`,"`+c.urn+`":{"description":["a","b"]}}`)
			if r := refused(t, wrong); wrong.Code != 400 || r.ScimType != "invalidValue" || !strings.Contains(r.Detail, "description") {
				t.Errorf("%d %s", wrong.Code, wrong.Body)
			}
			id := d.made(t, path, `{`+c.core+`,"`+c.urn+`":{"description":"Nights"}}`)
			if w := d.send(d.ctx, "PATCH", path+"/"+id, patchBody(`{"op":"replace","path":"`+c.urn+`:description","value":"Days"}`)); w.Code >= 300 {
				t.Errorf("%d %s", w.Code, w.Body)
			}
			if found := d.resources(t, path+"?filter="+escaped(c.urn+`:description eq "days"`)); len(found) != 1 {
				t.Errorf("%s: %d found", path, len(found))
			}
			if w := d.send(d.ctx, "GET", path+"/"+id, ""); !strings.Contains(w.Body.String(), `"`+c.urn+`":{"description":"Days"}`) {
				t.Errorf("%s", w.Body)
			}
		}
	})
}

// inManyGroups is a directory whose users are in so many groups each.
type inManyGroups struct {
	scimadapter.Operations
	groups, asked int
}

func (o *inManyGroups) GroupsOf(_ context.Context, memberIDs []uuid.UUID, after uuid.UUID, limit int) (rows []member.GroupOf, err error) {
	o.asked = max(o.asked, limit)
	for _, id := range memberIDs {
		for i := range o.groups {
			g := uuid.UUID{byte(i >> 16), byte(i >> 8), byte(i), 1}
			if len(rows) < limit && slices.Compare(g[:], after[:]) > 0 {
				rows = append(rows, member.GroupOf{MemberID: id, GroupID: g, Name: "g"})
			}
		}
	}
	return rows, nil
}

// Of users in very many groups fewer are answered at a time, and one is always
// answered with all of its groups, read in parts.
func TestUsersInManyGroups(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d *directory) {
		var ids []string
		for _, name := range []string{"a", "b", "c", "d"} {
			ids = append(ids, d.made(t, "/v2/Users", `{"userName":"`+name+`"}`))
		}
		for groups, want := range map[int]int{0: 4, 1: 4, 5_000: 4, 9_000: 2, 19_999: 1, 45_000: 1} {
			ops := &inManyGroups{Operations: d.ops, groups: groups}
			handler := scimadapter.New(ops, scimadapter.Config{BaseURL: baseURL})
			get := func(target string) (page struct {
				TotalResults, ItemsPerPage int
				NextCursor                 string
				Resources                  []struct{ Groups []struct{ Value string } }
				Groups                     []struct{ Value string }
			}) {
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, httptest.NewRequestWithContext(d.ctx, "GET", target, nil))
				if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil || w.Code != 200 {
					t.Fatalf("%d %.100s", w.Code, w.Body)
				}
				return page
			}
			page := get("/v2/Users?attributes=groups.value&cursor=")
			if len(page.Resources) != want || page.ItemsPerPage != want || page.TotalResults != 4 || (page.NextCursor == "") != (want == 4) {
				t.Errorf("%d groups: %d of %d users, next %q", groups, len(page.Resources), page.TotalResults, page.NextCursor)
			}
			for _, u := range page.Resources {
				if len(u.Groups) != groups {
					t.Errorf("%d groups instead of %d", len(u.Groups), groups)
				}
			}
			if one := get("/v2/Users/" + ids[0] + "?attributes=groups"); len(one.Groups) != groups {
				t.Errorf("%d groups instead of %d", len(one.Groups), groups)
			}
			if ops.asked > 20_001 {
				t.Errorf("%d rows at once", ops.asked)
			}
		}
	})
}
