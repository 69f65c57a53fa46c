package scimadapter_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/scim/patch"
	"github.com/feddir/feddir/scimadapter"
)

// refusal is the body of an error.
type refusal struct {
	Schemas                  []string
	Status, ScimType, Detail string
}

func refused(t *testing.T, w *httptest.ResponseRecorder) refusal {
	t.Helper()
	var r refusal
	if err := json.Unmarshal(w.Body.Bytes(), &r); err != nil {
		t.Fatalf("%v: %s", err, w.Body)
	}
	if len(r.Schemas) != 1 || r.Schemas[0] != "urn:ietf:params:scim:api:messages:2.0:Error" {
		t.Errorf("schemas %v", r.Schemas)
	}
	if r.Status != strconv.Itoa(w.Code) {
		t.Errorf("status %q in an answer with status %d", r.Status, w.Code)
	}
	if got := w.Header().Get("Content-Type"); got != "application/scim+json" {
		t.Errorf("an error of type %q", got)
	}
	return r
}

// E-140: whoever has no key of a directory is refused.
func TestOnlyDirectoryKeysAreServed(t *testing.T) {
	t.Parallel()
	handler := scimadapter.New(&broken{}, scimadapter.Config{})
	for name, ctx := range map[string]context.Context{
		"nobody":   t.Context(),
		"operator": viewer.WithOperator(t.Context()),
		"API key": viewer.NewContext(t.Context(), viewer.Viewer{
			Kind: viewer.APIKey, CompanyID: schematype.NewID(schematype.TypeCompany), Scopes: viewer.Scopes,
		}),
		"key without a directory": viewer.NewContext(t.Context(), viewer.Viewer{Kind: viewer.DirectoryKey}),
	} {
		for _, path := range []string{"/v2/Users", "/v2/Schemas", "/v2/Nosuch"} {
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", path, nil))
			if refused(t, w); w.Code != 401 || w.Header().Get("WWW-Authenticate") == "" {
				t.Errorf("%s at %s: %d", name, path, w.Code)
			}
		}
	}
}

func TestRefuse(t *testing.T) {
	t.Parallel()
	for _, status := range []int{401, 503} {
		w := httptest.NewRecorder()
		scimadapter.Refuse(w, httptest.NewRequest("GET", "/v2/Users", nil), status, "")
		if refused(t, w); w.Code != status {
			t.Errorf("%d", w.Code)
		}
	}
}

func TestBadRequests(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d *directory) {
		id := d.made(t, "/v2/Users", `{"userName":"before"}`)
		deep := `{"userName":"a","x":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`
		long := `{"userName":"a","title":"` + strings.Repeat("x", 1<<20) + `"}`
		manyOperations := patchBody(strings.Repeat(`{"op":"Add","path":"title","value":"x"},`, 1000) + `{"op":"Add","path":"title","value":"x"}`)
		for _, c := range []struct {
			name, method, target, body string
			headers                    []string
			status                     int
			scimType                   string
		}{
			{"too deep", "POST", "/v2/Users", deep, nil, 400, "invalidSyntax"},
			{"too long", "POST", "/v2/Users", long, nil, 413, ""},
			{"compressed", "POST", "/v2/Users", `{"userName":"a"}`, []string{"Content-Encoding", "gzip"}, 415, ""},
			{"malformed type", "POST", "/v2/Users", `{"userName":"a"}`, []string{"Content-Type", "json"}, 415, ""},
			{"not UTF-8", "POST", "/v2/Users", "{\"userName\":\"a\xff\"}", nil, 400, "invalidSyntax"},
			{"attribute too long", "POST", "/v2/Users", `{"userName":"a","title":"` + strings.Repeat("x", 5000) + `"}`, nil, 400, "invalidValue"},
			{"too many elements", "POST", "/v2/Users", `{"userName":"a","emails":["` + strings.Join(numbers(300), `","`) + `"]}`, nil, 400, "invalidValue"},
			{"too many operations", "PATCH", "/v2/Users/" + id, manyOperations, nil, 400, "invalidValue"},
			{"too many operations in bulk", "POST", "/v2/Bulk", `{"Operations":[` + strings.Repeat("{},", 1000) + "{}]}", nil, 413, ""},
			{"long bulk", "POST", "/v2/Bulk", long, nil, 413, ""},
			{"deep bulk", "POST", "/v2/Bulk", deep, nil, 400, "invalidSyntax"},
			{"long filter", "GET", "/v2/Users?filter=userName+eq+%22" + strings.Repeat("x", 9000) + "%22", "", nil, 400, "invalidFilter"},
			{"deep filter", "GET", "/v2/Users?filter=" + strings.Repeat("(", 50) + "userName+pr" + strings.Repeat(")", 50), "", nil, 400, "invalidFilter"},
			{"wide filter", "GET", "/v2/Users?filter=userName+pr" + strings.Repeat("+or+userName+pr", 100), "", nil, 400, "invalidFilter"},
			{"two filters", "GET", "/v2/Users?filter=userName+pr&FILTER=active+eq+false", "", nil, 400, "invalidValue"},
			{"two filters in a search", "POST", "/v2/Users/.search", `{"filter":["userName pr","active eq false"]}`, nil, 400, "invalidValue"},
			{"two numbers", "GET", "/v2/Groups?count=1&count=2", "", nil, 400, "invalidValue"},
		} {
			w := d.send(d.ctx, c.method, c.target, c.body, c.headers...)
			if r := refused(t, w); w.Code != c.status || r.ScimType != c.scimType {
				t.Errorf("%s: %d %q, want %d %q", c.name, w.Code, r.ScimType, c.status, c.scimType)
			}
		}
		if w := d.send(d.ctx, "GET", "/v2/Users?count=0", ""); !strings.Contains(w.Body.String(), `"totalResults":1`) {
			t.Errorf("something was made: %s", w.Body)
		}
	})
}

// E-141: what belongs to another directory does not exist.
func TestOtherDirectoriesDoNotExist(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d *directory) {
		other := newDirectory(t, d.db)
		user := other.made(t, "/v2/Users", `{"userName":"ada"}`)
		group := other.made(t, "/v2/Groups", `{"displayName":"Crew"}`)
		mine := d.made(t, "/v2/Groups", `{"displayName":"Crew"}`)
		title := patchBody(`{"op":"Add","path":"title","value":"x"}`)
		for _, c := range []struct {
			method, target, body string
			status               int
		}{
			{"GET", "/v2/Users/" + user, "", 404},
			{"PUT", "/v2/Users/" + user, `{"userName":"x"}`, 404},
			{"PATCH", "/v2/Users/" + user, title, 404},
			{"DELETE", "/v2/Users/" + user, "", 404},
			{"GET", "/v2/Groups/" + group, "", 404},
			{"PUT", "/v2/Groups/" + group, `{"displayName":"x"}`, 404},
			{"PATCH", "/v2/Groups/" + group, patchBody(`{"op":"Remove","path":"members"}`), 404},
			{"PATCH", "/v2/Groups/" + group, patchBody(`{"op":"Add","path":"members","value":"` + mine + `"}`), 404},
			{"DELETE", "/v2/Groups/" + group, "", 404},
			{"PATCH", "/v2/Groups/" + mine, patchBody(`{"op":"Add","path":"members","value":"` + user + `"}`), 400},
			{"PATCH", "/v2/Groups/" + mine, patchBody(`{"op":"Replace","path":"members","value":"` + group + `"}`), 400},
			{"POST", "/v2/Groups", `{"displayName":"Cooks","members":["` + user + `"]}`, 400},
			{"POST", "/v2/Users", `{"userName":"ada"}`, 201},
		} {
			if w := d.send(d.ctx, c.method, c.target, c.body); w.Code != c.status {
				t.Errorf("%s %s: %d %s", c.method, c.target, w.Code, w.Body)
			}
		}
		if w := d.send(d.ctx, "GET", "/v2/Users?filter=id+eq+%22"+user+"%22", ""); !strings.Contains(w.Body.String(), `"totalResults":0`) {
			t.Errorf("found: %s", w.Body)
		}
		if w := other.send(other.ctx, "GET", "/v2/Users/"+user+"?attributes=title", ""); w.Code != 200 || strings.Contains(w.Body.String(), "title") {
			t.Errorf("changed: %s", w.Body)
		}
	})
}

// E-056: what has no effect is on record.
func TestIgnoredIsTold(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d *directory) {
		var told []patch.Ignored
		d.handler = scimadapter.New(repeated{d.ops}, scimadapter.Config{Ignored: func(_ context.Context, ignored []patch.Ignored) {
			told = append(told, ignored...)
		}})
		id := d.made(t, "/v2/Users", `{"userName":"ada","colour":"blue"}`)
		d.send(d.ctx, "PATCH", "/v2/Users/"+id, patchBody(`{"op":"Add","path":"shape","value":"round"}`))
		group := d.made(t, "/v2/Groups", `{"displayName":"Crew","mail":"crew@harbor.example"}`)
		d.send(d.ctx, "PATCH", "/v2/Groups/"+group, patchBody(`{"op":"Add","path":"size","value":"7"}`))
		var paths []string
		for _, i := range told {
			paths = append(paths, i.Path)
		}
		if got := strings.Join(paths, " "); got != "colour shape mail size" {
			t.Errorf("told %q", got)
		}
	})
}

// repeated are operations whose transactions fail once before they succeed.
type repeated struct{ *graph.Operations }

func (r repeated) InTx(ctx context.Context, f func(context.Context) error) error {
	lost := errors.New("the connection is lost")
	err := r.Operations.InTx(ctx, func(ctx context.Context) error {
		if err := f(ctx); err != nil {
			return err
		}
		return lost
	})
	if err != lost {
		return err
	}
	return r.Operations.InTx(ctx, f)
}

// broken are operations that fail as a test wants.
type broken struct {
	scimadapter.Operations
	findUser func(context.Context) (*ent.User, error)
	list     func(context.Context) (*list.Page[*ent.User], error)
	group    *ent.Group
	groups   []*ent.Group
	members  func(after uuid.UUID, limit int) ([]*ent.Membership, error)
	wait     func() // before members are given; nil for not at all
}

func (b *broken) FindUser(ctx context.Context, _ uuid.UUID) (*ent.User, error) {
	return b.findUser(ctx)
}

func (b *broken) ListUsers(ctx context.Context, _ graph.List) (*list.Page[*ent.User], error) {
	return b.list(ctx)
}

func (b *broken) FindGroup(context.Context, uuid.UUID) (*ent.Group, error) { return b.group, nil }

func (b *broken) ListGroups(context.Context, graph.List) (*list.Page[*ent.Group], error) {
	return &list.Page[*ent.Group]{Items: b.groups, Total: int64(len(b.groups))}, nil
}

func (b *broken) Members(ctx context.Context, _, after uuid.UUID, limit int) ([]*ent.Membership, error) {
	if b.wait != nil {
		b.wait()
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return b.members(after, limit)
}

func keyContext(ctx context.Context) context.Context {
	return viewer.WithRequestID(viewer.NewContext(ctx, viewer.Viewer{
		Kind: viewer.DirectoryKey, CompanyID: schematype.NewID(schematype.TypeCompany),
		DirectoryID: schematype.NewID(schematype.TypeDirectory),
	}), "r-17")
}

// E-169: a failure says what it is and, where it is ours, in which request.
func TestFailuresOfOperations(t *testing.T) {
	t.Parallel()
	id := schematype.NewID(schematype.TypeUser).String()
	for _, c := range []struct {
		name     string
		fail     func() error
		target   string
		status   int
		scimType string
	}{
		{"conflict", code(apierror.Conflict), "/v2/Users/" + id, 409, "uniqueness"},
		{"forbidden", code(apierror.Forbidden), "/v2/Users/" + id, 403, ""},
		{"stale", code(apierror.StaleVersion), "/v2/Users/" + id, 412, ""},
		{"limit", code(apierror.Limit), "/v2/Users/" + id, 400, "tooMany"},
		{"unavailable", code(apierror.Unavailable), "/v2/Users/" + id, 503, ""},
		{"deadline", func() error { return context.DeadlineExceeded }, "/v2/Users/" + id, 503, ""},
		{"deadline of a list", func() error { return context.DeadlineExceeded }, "/v2/Users", 503, ""},
		{"deadline of a filter", func() error { return context.DeadlineExceeded }, "/v2/Users?filter=title+pr", 400, "tooMany"},
		{"code of tomorrow", code("TOMORROW"), "/v2/Users/" + id, 500, ""},
		{"driver", func() error { return errors.New("pq: secret text") }, "/v2/Users/" + id, 500, ""},
		{"panic", func() error { panic("secret text") }, "/v2/Users/" + id, 500, ""},
	} {
		ops := &broken{
			findUser: func(context.Context) (*ent.User, error) { return nil, c.fail() },
			list:     func(context.Context) (*list.Page[*ent.User], error) { return nil, c.fail() },
		}
		w := httptest.NewRecorder()
		scimadapter.New(ops, scimadapter.Config{}).ServeHTTP(w, httptest.NewRequestWithContext(keyContext(t.Context()), "GET", c.target, nil))
		r := refused(t, w)
		if w.Code != c.status || r.ScimType != c.scimType {
			t.Errorf("%s: %d %q, want %d %q", c.name, w.Code, r.ScimType, c.status, c.scimType)
		}
		if strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%s tells %s", c.name, w.Body)
		}
		if c.status >= 500 && !strings.Contains(r.Detail, "r-17") {
			t.Errorf("%s does not name the request: %s", c.name, r.Detail)
		}
		if got := w.Header().Get("Retry-After"); (got != "") != (c.status == 503) {
			t.Errorf("%s: Retry-After %q", c.name, got)
		}
	}
}

func code(c apierror.Code) func() error {
	return func() error { return &apierror.Error{Code: c, Message: "no"} }
}

// E-164: nobody waits longer than a client might.
func TestRequestHasDeadline(t *testing.T) {
	t.Parallel()
	for timeout, want := range map[time.Duration]time.Duration{0: 10 * time.Second, time.Minute: time.Minute} {
		ops := &broken{findUser: func(ctx context.Context) (*ent.User, error) {
			if at, ok := ctx.Deadline(); !ok || time.Until(at) > want {
				t.Errorf("deadline %v, %v", at, ok)
			}
			return nil, context.DeadlineExceeded
		}}
		w := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(keyContext(t.Context()), "GET", "/v2/Users/42", nil)
		scimadapter.New(ops, scimadapter.Config{Timeout: timeout}).ServeHTTP(w, r)
		if w.Code != 503 {
			t.Errorf("%d", w.Code)
		}
	}
}

func numbers(n int) []string {
	texts := make([]string, n)
	for i := range texts {
		texts[i] = strconv.Itoa(i)
	}
	return texts
}
