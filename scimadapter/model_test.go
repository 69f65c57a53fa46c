package scimadapter_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// modelTime is how long the directory is compared with the model on each
// database: FEDDIR_MODEL_TIME, such as 5m, or a moment.
func modelTime(t testing.TB) time.Duration {
	text := os.Getenv("FEDDIR_MODEL_TIME")
	if text == "" {
		return 1500 * time.Millisecond
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Whatever is asked in whatever order, the directory answers and holds what a
// model of a few maps says. Failures come with the requests that lead to them.
func TestModel(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d *directory) {
		deadline, failed := time.Now().Add(modelTime(t)), false
		for first := true; (first || time.Now().Before(deadline)) && !failed; first = false {
			rapid.Check(t, func(rt *rapid.T) {
				if !failed && time.Now().After(deadline) {
					return
				}
				defer func() { failed = failed || rt.Failed() }() // a failure is repeated to make it small
				m := &modelled{directory: newDirectory(t, d.db)}
				rt.Repeat(map[string]func(*rapid.T){
					"create a user": m.createUser, "replace a user": m.replaceUser, "patch a user": m.patchUser, "delete a user": m.deleteUser,
					"create a group": m.createGroup, "replace a group": m.replaceGroup, "patch a group": m.patchGroup, "delete a group": m.deleteGroup,
					"find users": m.findUsers, "find groups": m.findGroups, "read page by page": m.readPages,
					"": m.check,
				})
			})
		}
	})
}

// modelled is a directory and what it must hold, in the order of creation.
type modelled struct {
	*directory
	users  []*person
	groups []*team
	gone   []string // ids that must never come back
}

// kept is what the model knows of the meta of a resource.
type kept struct {
	tag, modified string
	touched       bool // since it was last read
}

// answered is an answer of the directory.
type answered struct {
	status int
	tag    string
	body   map[string]any
}

// ask sends a request, and sometimes a write a second time, whose answer must
// be as good and whose effect none (E-084): identity providers do that when an
// answer got lost (E-165).
func (m *modelled) ask(t *rapid.T, method, target string, body any) answered {
	t.Helper()
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%s %s %s", method, target, text)
	first := m.answer(t, method, target, string(text))
	if method == "GET" || !rapid.Bool().Draw(t, "repeated") {
		return first
	}
	again, want := m.answer(t, method, target, string(text)), first.status
	switch {
	case want == 201:
		want = 409
	case method == "DELETE":
		want = 404
	}
	if again.status != want || first.status == 200 && again.tag != first.tag && strings.Contains(target, "/Users/") {
		t.Fatalf("repeated: %d %s %v, want %d %s", again.status, again.tag, again.body, want, first.tag)
	}
	return first
}

func (m *modelled) answer(t *rapid.T, method, target, body string) (a answered) {
	t.Helper()
	w := m.send(m.ctx, method, target, body)
	a.status, a.tag = w.Code, w.Header().Get("ETag")
	if w.Body.Len() > 0 {
		if err := json.Unmarshal(w.Body.Bytes(), &a.body); err != nil {
			t.Fatalf("%v: %s", err, w.Body)
		}
	}
	if a.status >= 500 {
		t.Fatalf("%d %v", a.status, a.body)
	}
	return a
}

// is fails unless the answer has this status, which may go with a scimType as
// in "409 uniqueness".
func (a answered) is(t *rapid.T, want string) {
	t.Helper()
	got := fmt.Sprint(a.status)
	if scimType, _ := a.body["scimType"].(string); scimType != "" {
		got += " " + scimType
	}
	if got != want {
		t.Fatalf("answered with %s %v, want %s", got, a.body, want)
	}
}

// list reads all resources of a list.
func (m *modelled) list(t *rapid.T, target string) (resources []map[string]any) {
	t.Helper()
	a := m.answer(t, "GET", target, "")
	a.is(t, "200")
	for _, r := range a.body["Resources"].([]any) {
		resources = append(resources, r.(map[string]any))
	}
	if a.body["totalResults"] != float64(len(resources)) || a.body["itemsPerPage"] != float64(len(resources)) {
		t.Fatalf("%s: %v resources of %v", target, a.body["itemsPerPage"], a.body["totalResults"])
	}
	return resources
}

// check compares the whole directory with the model.
func (m *modelled) check(t *rapid.T) {
	t.Helper()
	users := m.list(t, "/v2/Users")
	if len(users) != len(m.users) {
		t.Fatalf("%d users, want %d", len(users), len(m.users))
	}
	for i, u := range m.users {
		u.meta(t, users[i])
		same(t, users[i], u.resource())
	}
	groups := m.list(t, "/v2/Groups")
	if len(groups) != len(m.groups) {
		t.Fatalf("%d groups, want %d", len(groups), len(m.groups))
	}
	for i, g := range m.groups {
		g.meta(t, groups[i])
		same(t, groups[i], g.resource())
	}
}

// meta checks that version and time move when the resource does and never
// otherwise (E-089), and takes them out of it.
func (k *kept) meta(t *rapid.T, resource map[string]any) {
	t.Helper()
	meta := resource["meta"].(map[string]any)
	tag, modified := meta["version"].(string), meta["lastModified"].(string)
	if k.tag != "" && (tag != k.tag) != k.touched || modified < k.modified || !k.touched && modified != k.modified && k.modified != "" {
		t.Fatalf("version %s of %s after %s of %s, touched: %v", tag, modified, k.tag, k.modified, k.touched)
	}
	k.tag, k.modified, k.touched = tag, modified, false
	delete(resource, "meta")
}

func same(t *rapid.T, got, want map[string]any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("\n got %v\nwant %v", got, want)
	}
}

// made takes the id of a new resource, which must be a new one (E-168).
func (m *modelled) made(t *rapid.T, a answered) string {
	t.Helper()
	id := a.body["id"].(string)
	for _, old := range m.ids() {
		if old == id {
			t.Fatalf("%s is an id for the second time", id)
		}
	}
	return id
}

// ids are those of everything that there is or was, and one that never was.
func (m *modelled) ids() []string {
	ids := append([]string{"019ab6a5-1c2e-7000-8004-000000000001"}, m.gone...)
	for _, u := range m.users {
		ids = append(ids, u.id)
	}
	for _, g := range m.groups {
		ids = append(ids, g.id)
	}
	return ids
}

// readPages reads a list page by page; nobody is lost or comes twice.
func (m *modelled) readPages(t *rapid.T) {
	count := rapid.IntRange(1, 4).Draw(t, "count")
	var read []string
	for start := 1; ; start += count {
		a := m.ask(t, "GET", fmt.Sprintf("/v2/Users?attributes=id&startIndex=%d&count=%d", start, count), nil)
		a.is(t, "200")
		page := a.body["Resources"].([]any)
		if a.body["totalResults"] != float64(len(m.users)) || a.body["startIndex"] != float64(start) || a.body["itemsPerPage"] != float64(len(page)) {
			t.Fatalf("%v", a.body)
		}
		for _, r := range page {
			read = append(read, r.(map[string]any)["id"].(string))
		}
		if len(page) < count {
			break
		}
	}
	var want []string
	for _, u := range m.users {
		want = append(want, u.id)
	}
	if !reflect.DeepEqual(read, want) {
		t.Fatalf("page by page %v, want %v", read, want)
	}
}

// find looks for resources and compares their ids with those expected.
func (m *modelled) find(t *rapid.T, endpoint, filter string, want []string) {
	t.Helper()
	t.Logf("%s where %s", endpoint, filter)
	var got []string
	for _, r := range m.list(t, endpoint+"?attributes=id&filter="+url.QueryEscape(filter)) {
		got = append(got, r["id"].(string))
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("found %v, want %v", got, want)
	}
}
