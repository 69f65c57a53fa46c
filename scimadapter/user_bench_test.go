package scimadapter_test

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/attribute"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/member"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/scimadapter"
)

// oneUser are operations on a user with most attributes, that write nothing.
type oneUser struct {
	*oneOfEach
	page []*ent.User
}

func newOneUser() *oneUser {
	o := &oneUser{oneOfEach: newOneOfEach()}
	text := func(s string) *string { return &s }
	yes := true
	u := o.user
	u.ExternalID, u.DisplayName, u.NickName, u.Title, u.UserType = text("x-1"), text("Ada Byron"), text("Ada"), text("Countess"), text("Employee")
	u.PreferredLanguage, u.Locale, u.Timezone, u.Active = text("en"), text("en-GB"), text("Europe/London"), true
	u.Name = &schematype.Name{Formatted: text("Ada Byron"), GivenName: text("Ada"), FamilyName: text("Byron")}
	u.Emails = []schematype.MultiValue{{Value: text("ada@harbor.example"), Type: text("work"), Primary: &yes}, {Value: text("ada@home.example"), Type: text("home")}}
	u.PhoneNumbers = []schematype.MultiValue{{Value: text("+44 170"), Type: text("mobile")}}
	u.Addresses = []schematype.Address{{StreetAddress: text("St James's Square 12"), Locality: text("London"), Country: text("GB"), Type: text("work")}}
	u.EmployeeNumber, u.Department, u.Manager = text("1815"), text("Docks"), text("019ab6a5-1c2e-7000-8004-000000000002")
	u.Extensions = schematype.Extensions{"urn:acme:hr:2.0:User": json.RawMessage(`{"badge":"7"}`)}
	for range 100 {
		o.page = append(o.page, u)
	}
	return o
}

func (o *oneUser) InTx(ctx context.Context, f func(context.Context) error) error { return f(ctx) }

func (o *oneUser) ListUsers(context.Context, graph.List) (*list.Page[*ent.User], error) {
	return &list.Page[*ent.User]{Items: o.page, Keys: make([]list.SeekKey, len(o.page)), Total: 100}, nil
}

func (o *oneUser) CreateUser(context.Context, model.CreateUserInput) (*model.CreateUserPayload, error) {
	return &model.CreateUserPayload{User: o.user}, nil
}

func (o *oneUser) ModifyUser(_ context.Context, _ uuid.UUID, _ *int, edit func(*schematype.UserAttributes) error) (*ent.User, error) {
	a := attribute.Users.Of(o.user)
	return o.user, edit(&a)
}

func (o *oneUser) GroupsOf(context.Context, []uuid.UUID, uuid.UUID, int) ([]member.GroupOf, error) {
	return nil, nil
}

// BenchmarkUser is what it costs to read requests about users and to write
// their answers, without the database.
func BenchmarkUser(b *testing.B) {
	ops := newOneUser()
	handler := scimadapter.New(ops, scimadapter.Config{BaseURL: baseURL, ResponseCacheBytes: 1, Timeout: time.Minute})
	path, ctx := "/v2/Users/"+ops.user.ID.String(), keyContext(b.Context())
	whole := httptest.NewRecorder()
	handler.ServeHTTP(whole, httptest.NewRequestWithContext(ctx, "GET", path, nil))
	for _, c := range []struct{ name, method, target, body string }{
		{"Read", "GET", path, ""},
		{"ReadSome", "GET", path + "?attributes=userName,emails.value", ""},
		{"List", "GET", "/v2/Users", ""},
		{"Create", "POST", "/v2/Users", whole.Body.String()},
		{"Replace", "PUT", path, whole.Body.String()},
		{"Patch", "PATCH", path, patchBody(`{"op":"Replace","path":"title","value":"Programmer"},{"op":"Replace","path":"emails[type eq \"work\"].value","value":"a@b.example"}`)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, httptest.NewRequestWithContext(ctx, c.method, c.target, strings.NewReader(c.body)))
				if w.Code >= 300 {
					b.Fatalf("%d %s", w.Code, w.Body)
				}
			}
		})
	}
}
