package scimadapter_test

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/model"
)

// made sends a request that must make something and returns its id.
func (d *directory) made(t testing.TB, path, body string) string {
	t.Helper()
	w := d.send(d.ctx, "POST", path+"?attributes=id", body)
	var made struct{ ID string }
	if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil || w.Code != 201 {
		t.Fatalf("%d %s %v", w.Code, w.Body, err)
	}
	return made.ID
}

func patchBody(operations ...string) string {
	return `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[` + strings.Join(operations, ",") + `]}`
}

// members is the value of an operation on members.
func members(ids []string) string {
	return `[{"value":"` + strings.Join(ids, `"},{"value":"`) + `"}]`
}

// crew makes n users and returns their ids.
func (d *directory) crew(t testing.TB, n int) []string {
	t.Helper()
	ids := make([]string, n)
	err := d.ops.InTx(d.ctx, func(ctx context.Context) error {
		for i := range ids {
			made, err := d.ops.CreateUser(ctx, model.CreateUserInput{
				DirectoryID: d.id, UserAttributes: schematype.UserAttributes{UserName: "crew" + strconv.Itoa(i), Active: true},
			})
			if err != nil {
				return err
			}
			ids[i] = made.User.ID.String()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// What an operation costs is a promise: these are statements on the wire, not
// counting BEGIN and COMMIT.
func TestStatements(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d *directory) {
		count := func(name string, most, status int, method, target, body string) *httptest.ResponseRecorder {
			t.Helper()
			ctx, counter := sqlconn.CountStatements(context.WithoutCancel(d.ctx))
			w := d.send(ctx, method, target, body)
			if w.Code != status || counter.N() > most {
				t.Errorf("%s: %d statements, at most %d; status %d, want %d: %.300s", name, counter.N(), most, w.Code, status, w.Body)
			}
			return w
		}
		id := d.made(t, "/v2/Users", `{"userName":"ada","externalId":"x","emails":[{"type":"work","value":"ada@harbor.example"}]}`)
		group := d.made(t, "/v2/Groups", `{"displayName":"Dock crew"}`)
		ids := d.crew(t, 1000)

		count("create", 3, 201, "POST", "/v2/Users", `{"userName":"ben"}`)
		count("read", 1, 200, "GET", "/v2/Users/"+id, "")
		count("read of a malformed id", 0, 404, "GET", "/v2/Users/42", "")
		for _, filter := range []string{"userName+eq+%22ADA%22", "externalId+eq+%22x%22", "emails[type+eq+%22work%22].value+eq+%22ada@harbor.example%22"} {
			count(filter, 1, 200, "GET", "/v2/Users?filter="+filter, "")
		}
		count("a page", 2, 200, "GET", "/v2/Users?count=100", "")
		count("patch", 3, 200, "PATCH", "/v2/Users/"+id, patchBody(`{"op":"Replace","path":"title","value":"Pilot"}`))
		count("patch that changes nothing", 1, 200, "PATCH", "/v2/Users/"+id, patchBody(`{"op":"Replace","path":"title","value":"Pilot"}`))
		count("replace", 3, 200, "PUT", "/v2/Users/"+id, `{"userName":"ada","emails":[{"type":"work","value":"ada@harbor.example"}]}`)

		add := patchBody(`{"op":"Add","path":"members","value":` + members(ids) + `}`)
		count("add 1000 members", 4, 204, "PATCH", "/v2/Groups/"+group, add)
		count("add them again", 4, 204, "PATCH", "/v2/Groups/"+group, add)
		count("remove one", 4, 204, "PATCH", "/v2/Groups/"+group, patchBody(`{"op":"remove","path":"members[value eq \"`+ids[0]+`\"]"}`))
		count("read without members", 1, 200, "GET", "/v2/Groups/"+group+"?excludedAttributes=members", "")
		count("read with members", 2, 200, "GET", "/v2/Groups/"+group, "")
		count("rename", 3, 204, "PATCH", "/v2/Groups/"+group, patchBody(`{"op":"Replace","path":"displayName","value":"Crew"}`))
		count("what the server can do", 0, 200, "GET", "/v2/ServiceProviderConfig", "")
		count("what the directory describes of its own", 1, 200, "GET", "/v2/Schemas", "")
	})
}
