package scimadapter_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"golang.org/x/tools/txtar"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/member"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/scim/schema"
	"github.com/feddir/feddir/scimadapter"
)

// oneOfEach are operations on a directory with one user and one group, which
// cannot be changed. They keep what they are asked for.
type oneOfEach struct {
	scimadapter.Operations
	user  *ent.User
	group *ent.Group
	lists []graph.List
}

func newOneOfEach() *oneOfEach {
	now := time.Unix(1e9, 0)
	return &oneOfEach{
		user: &ent.User{
			ID: uuid.MustParse("019ab6a5-1c2e-7000-8004-000000000001"), UserName: "ada", Version: 1, CreatedAt: now, UpdatedAt: now,
			Emails: []schematype.MultiValue{{}}, Extensions: schematype.Extensions{"urn:acme:hr:2.0:User": json.RawMessage(`{"badge":"7"}`)},
		},
		group: &ent.Group{ID: uuid.MustParse("019ab6a5-1c2e-7000-8005-000000000001"), DisplayName: "Crew", Version: 1, CreatedAt: now, UpdatedAt: now},
	}
}

var errNoSuch = &apierror.Error{Code: apierror.NotFound, Message: "there is no such resource"}

func (o *oneOfEach) InTx(context.Context, func(context.Context) error) error { return errNoSuch }

func (o *oneOfEach) FindUser(_ context.Context, id uuid.UUID) (*ent.User, error) {
	if id != o.user.ID {
		return nil, errNoSuch
	}
	return o.user, nil
}

func (o *oneOfEach) RemoveUser(context.Context, uuid.UUID, func(*ent.User) error) error {
	return errNoSuch
}

func (o *oneOfEach) Members(context.Context, uuid.UUID, uuid.UUID, int) ([]*ent.Membership, error) {
	return nil, nil
}

func (o *oneOfEach) FindGroup(_ context.Context, id uuid.UUID) (*ent.Group, error) {
	if id != o.group.ID {
		return nil, errNoSuch
	}
	return o.group, nil
}

func (o *oneOfEach) ListUsers(_ context.Context, l graph.List) (*list.Page[*ent.User], error) {
	o.lists = append(o.lists, l)
	return &list.Page[*ent.User]{Items: []*ent.User{o.user}, Keys: make([]list.SeekKey, 1), Total: 1}, nil
}

func (o *oneOfEach) ListGroups(_ context.Context, l graph.List) (*list.Page[*ent.Group], error) {
	o.lists = append(o.lists, l)
	return &list.Page[*ent.Group]{Items: []*ent.Group{o.group}, Keys: make([]list.SeekKey, 1), Total: 1}, nil
}

func (o *oneOfEach) GroupsOf(context.Context, []uuid.UUID, uuid.UUID, int) ([]member.GroupOf, error) {
	return nil, nil
}

func (o *oneOfEach) SchemaExtensions(context.Context, uuid.UUID) ([]schema.Custom, error) {
	return nil, nil
}

// Whatever the URL: it is answered, with JSON, by the route that it names, and
// no list is answered without the filter that it was asked for with.
func FuzzURL(f *testing.F) {
	for _, target := range conversationTargets(f) {
		f.Add("GET", target)
	}
	for _, target := range []string{
		"/v2/%55sers", "/v2/Users%2F42", "/v2/Users/..%2FGroups", "/v2/./Users", "/v2//Users///", "/v2/Users/%00", "/v2/Users/%zz", "//v2/Users", "/v2/Users;x=1",
		"/v2/Users?filter=userName+pr&filter=active+pr", "/v2/Users?filter=%", "/v2/Users?%66ilter=x", "/v2/Users?count=1;startIndex=2", "/v2/Users?=&&=",
		"/v2/Users?attributes=name.givenName,emails[type+eq+%22work%22].value&attributes=urn:acme:hr:2.0:User:badge", "/v2/Users?cursor=AAAA&count=-1",
		"/v2/Users?filter=" + strings.Repeat("(", 4000), "/v2/Users?attributes=" + strings.Repeat("a,", 4000), "/v2/Schemas/urn:ietf:params:scim:schemas:core:2.0:User",
		"http://other.example/v2/Users", "/v2/Users/019ab6a5-1c2e-7000-8004-000000000001?excludedAttributes=userName,meta.version",
	} {
		for _, method := range []string{"GET", "POST", "PATCH", "DELETE", "HEAD"} {
			f.Add(method, target)
		}
	}
	ctx := keyContext(f.Context())
	f.Fuzz(func(t *testing.T, method, target string) {
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(method + " " + target + " HTTP/1.1\r\nHost: directory.test\r\nContent-Length: 2\r\n\r\n{}")))
		if err != nil || r.Method != method || r.RequestURI != target {
			return // net/http refuses it
		}
		ops, w := newOneOfEach(), httptest.NewRecorder()
		scimadapter.New(ops, scimadapter.Config{BaseURL: baseURL}).ServeHTTP(w, r.WithContext(ctx))
		if known := []int{200, 304, 400, 403, 404, 405, 413, 415, 501}; !slices.Contains(known, w.Code) {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		if w.Code >= 400 && method != "HEAD" {
			refused(t, w)
		} else if w.Body.Len() > 0 && !json.Valid(w.Body.Bytes()) {
			t.Fatalf("not JSON: %s", w.Body)
		}
		if method == "HEAD" && w.Body.Len() > 0 {
			t.Fatalf("a body: %s", w.Body)
		}
		if w.Code < 300 && !strings.HasPrefix(r.URL.EscapedPath(), "/v2") {
			t.Fatalf("%q is served as %s", r.URL.EscapedPath(), r.Pattern)
		}
		checkLists(t, r, ops.lists)
	})
}

// checkLists looks at what became of the parameters.
func checkLists(t *testing.T, r *http.Request, lists []graph.List) {
	t.Helper()
	filtered := 0
	for name, values := range asForm(r.URL.RawQuery) {
		if strings.EqualFold(name, "filter") {
			filtered += len(values)
		}
	}
	for _, l := range lists {
		if l.StartIndex < 1 || l.Count < 0 || l.Count > 1000 {
			t.Fatalf("%+v", l)
		}
		if search := strings.HasSuffix(r.URL.Path, ".search"); !search && filtered > 1 || !search && l.Filter == nil && filtered == 1 && !emptyFilter(r) {
			t.Fatalf("%s: a list without its filter: %+v", r.URL, l)
		}
	}
}

// asForm is the reading of the standard library, where that can be had.
func asForm(query string) url.Values {
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil
	}
	return values
}

func emptyFilter(r *http.Request) bool {
	for name, values := range asForm(r.URL.RawQuery) {
		if strings.EqualFold(name, "filter") && values[0] == "" {
			return true
		}
	}
	return false
}

// conversationTargets are the URLs of all conversations.
func conversationTargets(tb testing.TB) (targets []string) {
	files, err := filepath.Glob("testdata/exchange/*/*.txtar")
	if err != nil || len(files) == 0 {
		tb.Fatal("no conversations", err)
	}
	for _, file := range files {
		conversation, err := txtar.ParseFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		for _, section := range conversation.Files {
			line, _, _ := strings.Cut(string(section.Data), "\n")
			if _, target, ok := strings.Cut(line, " "); ok && strings.HasSuffix(section.Name, ".request") && !slices.Contains(targets, target) {
				targets = append(targets, target)
			}
		}
	}
	return targets
}
