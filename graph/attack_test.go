package graph_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb/dbtest"
)

// What one request may cost, whatever it says.
const (
	maxAnswer = 64 << 10
	maxMemory = 20 << 20 // bytes allocated, which bounds by how much the process grows
)

// attack is the body of a request and the code that it is refused with.
type attack struct{ body, code string }

func times(n int, f func(i int) string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(f(i))
	}
	return b.String()
}

// document is the body that sends a document.
func document(text string) string {
	body, _ := json.Marshal(map[string]string{"query": text})
	return string(body)
}

// withVariable is the body that sends a document with JSON for its variable v.
func withVariable(text, value string) string {
	return fmt.Sprintf(`{"query":%q,"variables":{"v":%s}}`, text, value)
}

func ids(n int) string {
	return "[" + strings.TrimSuffix(strings.Repeat(`"`+uuid.Nil.String()+`",`, n), ",") + "]"
}

const (
	usersWhere = `query($v: UserWhereInput) { users(where: $v) { totalCount } }`
	tooLong    = "BAD_REQUEST"
	found      = "" // answered, with nothing
)

// attacks stop a server that has no guard, or make it answer megabytes. What is
// longer than a request may be comes in a version that just fits too.
var attacks = map[string]attack{
	"a field 50,000 times":              {document(`{` + strings.Repeat("__typename ", 50_000) + `}`), tooLong},
	"a field 20,000 times":              {document(`{` + strings.Repeat("__typename ", 20_000) + `}`), "LIMIT"},
	"a field 900 times":                 {document(`{` + strings.Repeat("__typename ", 900) + `}`), "LIMIT"},
	"2,000 aliases":                     {document(`{` + times(2_000, func(i int) string { return fmt.Sprintf("a%d:users(first:1){totalCount}", i) }) + `}`), "LIMIT"},
	"100 aliases":                       {document(`{` + times(100, func(i int) string { return fmt.Sprintf("a%d:__typename ", i) }) + `}`), "LIMIT"},
	"100,000 directives":                {document(`{__typename ` + strings.Repeat("@x ", 100_000) + `}`), tooLong},
	"80,000 directives":                 {document(`{__typename ` + strings.Repeat("@x ", 80_000) + `}`), "LIMIT"},
	"300 directives":                    {document(`{__typename ` + strings.Repeat("@x ", 300) + `}`), "LIMIT"},
	"20,000 levels":                     {document(strings.Repeat("{viewer", 20_000)), "LIMIT"},
	"300 levels":                        {document(strings.Repeat("{viewer", 300) + strings.Repeat("}", 300)), "LIMIT"},
	"circular introspection":            {document(`{__schema{types{` + strings.Repeat("fields{type{", 6) + "name" + strings.Repeat("}}", 6) + `}}}`), "GRAPHQL_VALIDATION_FAILED"},
	"doubling fragments":                {document(`{...F0}` + times(60, func(i int) string { return fmt.Sprintf("fragment F%d on Query{...F%d ...F%d}", i, i+1, i+1) }) + `fragment F60 on Query{__typename}`), "LIMIT"},
	"a circle of fragments":             {document(`{...A}fragment A on Query{...B}fragment B on Query{...A}`), "GRAPHQL_VALIDATION_FAILED"},
	"3,000 conditions":                  {withVariable(usersWhere, `{"or":[`+strings.TrimSuffix(strings.Repeat(`{"userNameHasPrefix":"a"},`, 3_000), ",")+`]}`), "LIMIT"},
	"31 conditions":                     {withVariable(usersWhere, `{"or":[`+strings.TrimSuffix(strings.Repeat(`{"active":true},`, 31), ",")+`]}`), "LIMIT"},
	"40 nested conditions":              {withVariable(usersWhere, strings.Repeat(`{"and":[`, 40)+`{"active":true}`+strings.Repeat(`]}`, 40)), "LIMIT"},
	"5,000 nested nots":                 {withVariable(usersWhere, strings.Repeat(`{"not":`, 5_000)+`{}`+strings.Repeat(`}`, 5_000)), "LIMIT"},
	"5,000 nested nots in the document": {document(`{users(where:` + strings.Repeat("{not:", 5_000) + `{}` + strings.Repeat("}", 5_000) + `){totalCount}}`), "LIMIT"},
	"10,000 ids":                        {withVariable(`query($v: [ID!]!) { nodes(ids: $v) { id } }`, ids(10_000)), tooLong},
	"6,000 ids":                         {withVariable(`query($v: [ID!]!) { nodes(ids: $v) { id } }`, ids(6_000)), "LIMIT"},
	"101 ids":                           {withVariable(`query($v: [ID!]!) { nodes(ids: $v) { id } }`, ids(101)), "LIMIT"},
	"a page of a million":               {document(`{users(first:1000000){totalCount}}`), "LIMIT"},
	"pages in pages":                    {document(`{groups(first:100){edges{node{members(first:100){edges{node{id}}}}}}}`), "LIMIT"},
	"a body of 10 MB":                   {strings.Repeat("x", 10<<20), tooLong},
	"JSON of 100,000 levels":            {`{"query":"{__typename}","variables":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `}`, "BAD_REQUEST"},
	"variables of 9,000 levels":         {withVariable(usersWhere, strings.Repeat("[", 9_000)+strings.Repeat("]", 9_000)), "LIMIT"},
	"100,000 unused variables":          {withVariable(`{__typename}`, "["+strings.TrimSuffix(strings.Repeat("1,", 100_000), ",")+"]"), "LIMIT"},
	"a batch of 5,000":                  {"[" + strings.TrimSuffix(strings.Repeat(`{"query":"{__typename}"},`, 5_000), ",") + "]", "BAD_REQUEST"},
	"400 unknown names of 64 letters":   {document(`{viewer{` + times(399, func(i int) string { return strings.Repeat("a", 60) + fmt.Sprintf("%03d ", i) }) + `}}`), "GRAPHQL_VALIDATION_FAILED"},
	"a name of 200 kB":                  {document(`{` + strings.Repeat("a", 200_000) + `}`), "LIMIT"},
	"an id of 200 kB":                   {document(`{node(id:"` + strings.Repeat("a", 200_000) + `"){id}}`), found},
	"a number of 200,000 digits":        {document(`{users(first:` + strings.Repeat("1", 200_000) + `){totalCount}}`), "GRAPHQL_VALIDATION_FAILED"},
	"a number of 200,000 digits, beside the document": {withVariable(`query($v: Int) { users(first: $v) { totalCount } }`, strings.Repeat("1", 200_000)), "GRAPHQL_VALIDATION_FAILED"},
	"an operation's name of 200 kB":                   {`{"query":"{__typename}","operationName":"` + strings.Repeat("a", 200_000) + `"}`, "GRAPHQL_VALIDATION_FAILED"},
	"a block of 50,000 lines":                         {document(`{node(id:"""` + strings.Repeat("a\n  ", 50_000) + `"""){id}}`), found},
	"a flood of comments":                             {document(strings.Repeat("#\n", 80_000) + `{__typename}`), "LIMIT"},
	"a string of escapes":                             {document(`{node(id:"` + strings.Repeat(`\u0041`, 30_000) + `"){id}}`), found},
	"a document that is no hash's":                    {`{"extensions":{"persistedQuery":{"sha256Hash":"` + strings.Repeat("a", 200_000) + `"}}}`, "INVALID"},
}

// Time is a matter of the machine, and BenchmarkAttacks tells it; what is
// allocated is not, and grows with the work that a request causes.
func TestAttacksAreCheap(t *testing.T) {
	w := newWorld(t, dbtest.Open(t, dbtest.SQLite(t)), "harbor")
	handler := w.Handler()
	for name, a := range attacks {
		t.Run(name, func(t *testing.T) {
			before := allocated()
			rec := httptest.NewRecorder()
			handler.ServeHTTP(rec, a.request(w.api))
			if grown := allocated() - before; grown > maxMemory {
				t.Errorf("%d bytes were allocated", grown)
			}
			if n := rec.Body.Len(); n > maxAnswer {
				t.Errorf("the answer has %d bytes", n)
			}
			if got := firstCode(t, rec.Body.Bytes()); got != a.code {
				t.Errorf("code %q, want %q: %d %.300s", got, a.code, rec.Code, rec.Body)
			}
		})
	}
}

func BenchmarkAttacks(b *testing.B) {
	w := newWorld(b, dbtest.Open(b, dbtest.SQLite(b)), "harbor")
	handler := w.Handler()
	for name, a := range attacks {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				handler.ServeHTTP(httptest.NewRecorder(), a.request(w.api))
			}
		})
	}
}

// request is the attack as a request of a viewer.
func (a attack) request(viewer context.Context) *http.Request {
	r := httptest.NewRequestWithContext(viewer, "POST", "/graphql", io.NopCloser(strings.NewReader(a.body)))
	r.Header.Set("Content-Type", "application/json")
	return r
}

// firstCode is the code of an answer's first error, empty where there is none.
func firstCode(t *testing.T, body []byte) string {
	var answer struct {
		Errors []struct{ Extensions struct{ Code string } }
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		t.Fatalf("%v: %.300s", err, body)
	}
	if len(answer.Errors) == 0 {
		return ""
	}
	return answer.Errors[0].Extensions.Code
}

// allocated is how many bytes the process has allocated so far.
func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}
