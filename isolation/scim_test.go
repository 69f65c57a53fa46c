package isolation_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/feddir/feddir/cmd/feddir/server"
)

const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

// exchange is a request with {} where a value goes, and {user} and {group}
// where our own ids do.
type exchange struct{ method, path, body string }

func filters(endpoint string, texts ...string) (all []exchange) {
	for _, f := range texts {
		all = append(all,
			exchange{"GET", endpoint + "?filter=" + url.QueryEscape(f), ""},
			exchange{"POST", endpoint + "/.search", string(must(json.Marshal(map[string]any{
				"schemas": []string{"urn:ietf:params:scim:api:messages:2.0:SearchRequest"}, "filter": f,
			})))})
	}
	return all
}

func patches(path string, operations ...string) (all []exchange) {
	for _, o := range operations {
		all = append(all, exchange{"PATCH", path, `{"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [` + o + `]}`})
	}
	return all
}

const (
	userBody  = `{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "` + enterprise + `"], "userName": "%s", "` + enterprise + `": {"manager": {"value": "{}"}}}`
	groupBody = `{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "%s", "members": [{"value": "{}"}]}`
)

// reading are the requests that change nothing, whatever the value is.
var reading = slicesOf(
	[]exchange{
		{"GET", "/Users/{}", ""}, {"GET", "/Users/{}?attributes=groups", ""}, {"GET", "/Users/{}?excludedAttributes=emails", ""},
		{"GET", "/Groups/{}", ""}, {"GET", "/Groups/{}?attributes=members", ""}, {"GET", "/Groups/{}?excludedAttributes=members", ""},
		{"GET", "/Users?attributes={}", ""}, {"GET", "/Groups?excludedAttributes={}", ""}, {"GET", "/Users?sortBy={}", ""},
		{"GET", "/Users?count=1&cursor={}", ""}, {"GET", "/Groups?count=1&cursor={}", ""},
		{"GET", "/Users?startIndex=1&count=1000", ""}, {"GET", "/Groups?startIndex=1&count=1000", ""},
		{"GET", "/ResourceTypes/{}", ""}, {"GET", "/Schemas/{}", ""},
		{"DELETE", "/Users/{}", ""}, {"DELETE", "/Groups/{}", ""},
		{"PUT", "/Users/{}", fmt.Sprintf(userBody, "moved")}, {"PUT", "/Groups/{}", fmt.Sprintf(groupBody, "moved")},
	},
	filters("/Users", `id eq "{}"`, `id ne "{}"`, `not (id eq "{}")`, `manager eq "{}"`, enterprise+`:manager.value eq "{}"`, enterprise+`:manager eq "{}"`,
		`groups eq "{}"`, `groups.value eq "{}"`, `groups[value eq "{}"]`, `userName eq "{}"`, `externalId eq "{}"`, `emails.value eq "{}"`,
		`userName sw "{}"`, `displayName co "{}"`, `emails[value eq "{}"].display pr`),
	filters("", `id eq "{}"`, `not (id eq "{}")`, `externalId eq "{}"`),
	filters("/Groups", `id eq "{}"`, `id ne "{}"`, `members eq "{}"`, `members.value eq "{}"`, `members[value eq "{}"]`, `members ne "{}"`,
		`displayName eq "{}"`, `externalId eq "{}"`, `displayName sw "{}"`),
	patches("/Users/{}", `{"op": "replace", "path": "active", "value": false}`, `{"op": "remove", "path": "title"}`),
	patches("/Groups/{}", `{"op": "add", "path": "members", "value": [{"value": "{user}"}]}`, `{"op": "remove", "path": "members[value eq \"{user}\"]"}`,
		`{"op": "remove", "path": "members"}`, `{"op": "replace", "path": "displayName", "value": "taken"}`),
)

// bulk wraps exchanges in bulk requests.
func bulk(all ...exchange) (wrapped []exchange) {
	for _, e := range all {
		operation := `{"method": "` + e.method + `", "path": "` + e.path + `", "bulkId": "b"`
		if e.body != "" {
			operation += `, "data": ` + e.body
		}
		wrapped = append(wrapped, exchange{"POST", "/Bulk", `{"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [` + operation + `}]}`})
	}
	return wrapped
}

// writing are the requests that may leave the value in what is ours.
var writing = slicesOf(
	patches("/Groups/{group}",
		`{"op": "add", "path": "members", "value": [{"value": "{}"}]}`, `{"op": "add", "value": {"members": [{"value": "{}"}]}}`,
		`{"op": "replace", "path": "members", "value": [{"value": "{}"}]}`, `{"op": "remove", "path": "members[value eq \"{}\"]"}`,
		`{"op": "remove", "path": "members", "value": [{"value": "{}"}]}`, `{"op": "add", "path": "members", "value": [{"value": "{user}"}, {"value": "{}"}]}`,
		`{"op": "replace", "path": "members[value eq \"{}\"].display", "value": "x"}`, `{"op": "replace", "path": "id", "value": "{}"}`),
	patches("/Users/{user}",
		`{"op": "replace", "path": "`+enterprise+`:manager", "value": "{}"}`, `{"op": "add", "path": "`+enterprise+`:manager.value", "value": "{}"}`,
		`{"op": "add", "value": {"`+enterprise+`": {"manager": {"value": "{}"}}}}`, `{"op": "remove", "path": "emails[value eq \"{}\"]"}`,
		`{"op": "add", "path": "groups", "value": [{"value": "{}"}]}`, `{"op": "replace", "path": "id", "value": "{}"}`),
	[]exchange{
		{"PUT", "/Groups/{group}", fmt.Sprintf(groupBody, "harbor group")}, {"POST", "/Groups", fmt.Sprintf(groupBody, "new")},
		{"PUT", "/Users/{user}", fmt.Sprintf(userBody, "harbor-user")}, {"POST", "/Users", fmt.Sprintf(userBody, "new")},
	},
	bulk(exchange{"DELETE", "/Users/{}", ""}, exchange{"DELETE", "/Groups/{}", ""},
		exchange{"PUT", "/Users/{}", fmt.Sprintf(userBody, "moved")}, exchange{"PUT", "/Groups/{}", fmt.Sprintf(groupBody, "moved")}),
	bulk(patches("/Users/{}", `{"op": "replace", "path": "active", "value": false}`)...),
	bulk(patches("/Groups/{}", `{"op": "add", "path": "members", "value": [{"value": "{user}"}]}`)...),
	bulk(patches("/Groups/{group}", `{"op": "add", "path": "members", "value": [{"value": "{}"}]}`, `{"op": "add", "path": "members", "value": [{"value": "bulkId:{}"}]}`)...),
)

func slicesOf(all ...[]exchange) (joined []exchange) {
	for _, s := range all {
		joined = append(joined, s...)
	}
	return joined
}

// send sends the exchange with a value in its places.
func (e exchange) send(f *folder, h http.Handler, value string) answer {
	own := strings.NewReplacer("{user}", f.user.String(), "{group}", f.group.String())
	quoted := string(must(json.Marshal(value)))
	body := strings.ReplaceAll(own.Replace(e.body), "{}", quoted[1:len(quoted)-1])
	path, query, _ := strings.Cut(own.Replace(e.path), "?")
	path = strings.ReplaceAll(path, "{}", url.PathEscape(value))
	query = strings.NewReplacer("{}", url.QueryEscape(value), url.QueryEscape("{}"), url.QueryEscape(value)).Replace(query)
	r := httptest.NewRequest(e.method, "/v2"+path+"?"+query, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/scim+json")
	}
	return do(h, r, f.secret)
}

// Every method of every SCIM endpoint is in the tables above.
func TestEveryRouteIsTried(t *testing.T) {
	t.Parallel()
	w := build(t)
	h := w.serve(t, server.Config{}).Handler()
	tried := make(map[string]bool)
	for _, e := range append(reading, writing...) {
		path, _, _ := strings.Cut(e.path, "?")
		tried[e.method+" "+strings.NewReplacer("{user}", "{}", "{group}", "{}").Replace(path)] = true
	}
	types := exchange{"GET", "/ResourceTypes", ""}.send(&w.ours, h, "")
	endpoints := regexp.MustCompile(`"endpoint":"(/\w+)"`).FindAllStringSubmatch(types.body, -1)
	if len(endpoints) == 0 {
		t.Fatal(types.body)
	}
	for _, found := range append(endpoints, []string{"", "/Bulk"}, []string{"", ""}) {
		for _, path := range []string{found[1], found[1] + "/{}", found[1] + "/.search"} {
			allow := exchange{"TRACE", path, ""}.send(&w.ours, h, w.ours.user.String()).header.Get("Allow")
			for method := range strings.FieldsFuncSeq(allow, func(r rune) bool { return r == ',' || r == ' ' }) {
				if method != http.MethodHead && !tried[method+" "+path] {
					t.Errorf("%q %s is not tried", method, path)
				}
			}
		}
	}
}

// scimVolatile is what differs between two answers to one change.
var scimVolatile = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[0-9:.]+Z|W/\\?"\d+\\?"|Content-Length:\[\d+\]`)

// A directory key tries everything with what is in another company, and in the
// directory beside its own.
func TestSCIMTellsNothingOfOthers(t *testing.T) {
	t.Parallel()
	w := build(t)
	seen := w.serve(t, server.Config{})
	cursors := map[*folder][]pair{&w.theirs: theirCursors(t, seen.Handler(), &w.theirs), &w.sibling: theirCursors(t, seen.Handler(), &w.sibling)}
	seen.Close() // writes when the keys were used
	h := w.serve(t, server.Config{}).Handler()
	theirs, sibling := w.rowsOf(t, w.theirs.company), w.rowsIn(t, w.sibling.directory)
	requests := 0
	ask := func(e exchange, value string) string {
		requests++
		a := e.send(&w.ours, h, value)
		if leaks := a.leaks(value, &w.theirs, &w.sibling); len(leaks) > 0 {
			t.Errorf("%s %s %s: %q: tells %v: %.600s", e.method, e.path, e.body, value, leaks, a.body)
		}
		if a.status >= 500 || a.status == http.StatusUnauthorized {
			t.Errorf("%s %s %s: %q: %d %s", e.method, e.path, e.body, value, a.status, a.body)
		}
		if e.method == "POST" && a.status == http.StatusCreated { // it must not be in the way of the next
			exchange{"DELETE", strings.TrimPrefix(a.header.Get("Location"), "http://directory.test/v2"), ""}.send(&w.ours, h, "")
		}
		return scimVolatile.ReplaceAllString(a.text(value), "…")
	}
	for _, list := range [][]exchange{reading, writing} {
		for _, e := range list {
			for _, f := range []*folder{&w.theirs, &w.sibling} {
				values := f.values()
				if strings.Contains(e.path, "cursor") {
					values = cursors[f]
				}
				for _, v := range values {
					if foreign, nothing := ask(e, v.foreign), ask(e, v.absent); foreign != nothing {
						t.Errorf("%s %s %s: %q is told from %q:\n%.600s\n%.600s", e.method, e.path, e.body, v.foreign, v.absent, foreign, nothing)
					}
				}
			}
			ask(e, "no id")
		}
	}
	unchanged(t, theirs, w.rowsOf(t, w.theirs.company))
	unchanged(t, sibling, w.rowsIn(t, w.sibling.directory))
	t.Logf("%d exchanges, %d requests", len(reading)+len(writing), requests)
}

var nextCursor = regexp.MustCompile(`"nextCursor":"([^"]+)"`)

// theirCursors are cursors of lists of a folder, each with one that is altered.
func theirCursors(t testing.TB, h http.Handler, f *folder) (all []pair) {
	t.Helper()
	for _, path := range []string{"/Users?count=1&cursor=", "/Groups?count=1&cursor="} {
		a := exchange{"GET", path, ""}.send(f, h, "")
		found := nextCursor.FindStringSubmatch(a.body)
		if found == nil {
			t.Fatalf("no cursor: %s", a.body)
		}
		altered := []byte(found[1])
		altered[len(altered)/2] ^= 1
		all = append(all, pair{found[1], string(altered)})
	}
	return all
}

// Who may see it does see it: the test above looks at the right places.
func TestSCIMTellsTheOwner(t *testing.T) {
	t.Parallel()
	w := build(t)
	h := w.serve(t, server.Config{}).Handler()
	for _, e := range reading {
		path, query, _ := strings.Cut(e.path, "?")
		if e.method != "GET" && !strings.HasSuffix(path, "/.search") || strings.HasPrefix(query, "sortBy") || strings.Contains(query, "cursor") || !strings.HasPrefix(path, "/Users") && !strings.HasPrefix(path, "/Groups") {
			continue
		}
		told := func(value string) bool { return len(e.send(&w.theirs, h, value).leaks(value, &w.theirs)) > 0 }
		if !slices.ContainsFunc(w.theirs.values(), func(v pair) bool { return told(v.foreign) || told(v.absent) }) {
			t.Errorf("%s %s %s tells its owner nothing", e.method, e.path, e.body)
		}
	}
}

// values are ids and names of a folder, each with one like it that is nobody's.
func (f *folder) values() []pair {
	var all []pair
	for _, id := range []uuid.UUID{f.user, f.manager, f.group, f.directory, f.key} {
		all = append(all, pair{id.String(), absent(id).String()})
	}
	for _, name := range []string{"-user", "-user-external", " user", " group", "-group", "-user@harbor.example"} {
		all = append(all, pair{f.mark + name, f.mark[:len(f.mark)-1] + "0" + name})
	}
	return all
}
