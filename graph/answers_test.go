package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/limits"
	"github.com/feddir/feddir/internal/apierror"
)

// told is what an answer says of its first error.
type told struct {
	Message    string
	Extensions struct {
		Code             apierror.Code
		Field, RequestID string
	}
}

// refused posts a document and returns what is told of its failure.
func (w *world) refused(t *testing.T, ctx context.Context, document string, variables map[string]any) told {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": document, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(viewer.WithRequestID(ctx, "req-1"), "POST", "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	rec := httptest.NewRecorder()
	w.Handler().ServeHTTP(rec, r)
	var answer struct{ Errors []told }
	if err := json.Unmarshal(rec.Body.Bytes(), &answer); err != nil || len(answer.Errors) == 0 {
		t.Fatalf("%s: it was not refused: %d %s", document, rec.Code, rec.Body)
	}
	if inner := innerWords.FindString(rec.Body.String()); inner != "" {
		t.Errorf("%s: %q is told: %s", document, inner, rec.Body)
	}
	return answer.Errors[0]
}

// innerWords are what clients have no business with: words of drivers, of ent,
// of Go, and of tables.
var innerWords = regexp.MustCompile(`(?i)pq:|sqlite|sqlconn|\bsql\b|constraint|_key\b|\bent:|generated|privacy|goroutine|panic|json:|uuid|strconv|context (canceled|deadline)|user_values|directory_id|graph\.|\.go:`)

// Every refusal has a code, names the input at fault where there is one, and
// says nothing of what lies below.
func TestErrorsTellCodeAndField(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		ada := w.mustCreateUser(t, "ada")
		crew := w.mustCreateGroup(t, "Crew")
		reader := w.withScopes(t, viewer.ScopeRead)
		absent := schematype.NewID(schematype.TypeUser)
		const (
			createUser  = `mutation($in: CreateUserInput!) { createUser(input: $in) { user { id } } }`
			updateUser  = `mutation($in: UpdateUserInput!) { updateUser(input: $in) { user { id } } }`
			createGroup = `mutation($in: CreateGroupInput!) { createGroup(input: $in) { group { id } } }`
			addMembers  = `mutation($in: AddGroupMembersInput!) { addGroupMembers(input: $in) { group { id } } }`
			createKey   = `mutation($in: CreateKeyInput!) { createKey(input: $in) { key { id } } }`
		)
		user := func(fields map[string]any) map[string]any {
			fields["directoryId"] = w.directory.ID
			return map[string]any{"in": fields}
		}
		for name, c := range map[string]struct {
			ctx       context.Context
			document  string
			variables map[string]any
			code      apierror.Code
			field     string
		}{
			"a taken name":            {w.api, createUser, user(map[string]any{"userName": "ADA"}), "CONFLICT", "userName"},
			"no name":                 {w.api, createUser, user(map[string]any{"userName": ""}), "INVALID", "userName"},
			"a NUL in a name":         {w.api, createUser, user(map[string]any{"userName": "a\x00b"}), "INVALID", "userName"},
			"a NUL further down":      {w.api, createUser, user(map[string]any{"userName": "b", "emails": []any{map[string]any{"value": "a\x00"}}}), "INVALID", "emails"},
			"no such directory":       {w.api, createUser, map[string]any{"in": map[string]any{"directoryId": uuid.New(), "userName": "x"}}, "NOT_FOUND", "directoryId"},
			"an id that is none":      {w.api, createUser, map[string]any{"in": map[string]any{"directoryId": "x", "userName": "x"}}, "NOT_FOUND", "directoryId"},
			"no such user":            {w.api, updateUser, map[string]any{"in": map[string]any{"id": absent, "patch": map[string]any{"title": "x"}}}, "NOT_FOUND", "id"},
			"a stale version":         {w.api, updateUser, map[string]any{"in": map[string]any{"id": ada.ID, "version": 9, "patch": map[string]any{"title": "x"}}}, "STALE_VERSION", "version"},
			"no scope":                {reader, createUser, user(map[string]any{"userName": "x"}), "FORBIDDEN", ""},
			"a taken group":           {w.api, createGroup, user(map[string]any{"displayName": "crew"}), "CONFLICT", "displayName"},
			"no such member":          {w.api, addMembers, map[string]any{"in": map[string]any{"groupId": crew.ID, "memberIds": []any{absent}}}, "INVALID", "memberIds"},
			"a time that is past":     {w.api, createKey, map[string]any{"in": map[string]any{"name": "x", "expiresAt": "2001-01-01T00:00:00Z"}}, "INVALID", "expiresAt"},
			"a time that is none":     {w.api, createKey, map[string]any{"in": map[string]any{"name": "x", "expiresAt": "soon"}}, "INVALID", "expiresAt"},
			"a scope that is none":    {w.api, createKey, map[string]any{"in": map[string]any{"name": "x", "scopes": []any{"ALL"}}}, limits.CodeValidationFailed, "scopes[0]"},
			"a number for a name":     {w.api, createUser, user(map[string]any{"userName": 7.5}), limits.CodeValidationFailed, "userName"},
			"a missing variable":      {w.api, createUser, nil, limits.CodeValidationFailed, "in"},
			"too many ids":            {w.api, `query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, map[string]any{"ids": make101()}, "LIMIT", "ids"},
			"too long a page":         {w.api, `{ users(first: 101) { totalCount } }`, nil, "LIMIT", "first"},
			"a page of less than one": {w.api, `{ users(first: -1) { totalCount } }`, nil, "INVALID", "first"},
			"a cursor that is none":   {w.api, `{ users(after: "x") { totalCount edges { cursor } } }`, nil, "INVALID", "after"},
			"no such field":           {w.api, `{ users { color } }`, nil, limits.CodeValidationFailed, ""},
			"no document":             {w.api, `{ users`, nil, limits.CodeParseFailed, ""},
			"too deep a document":     {w.api, `{` + times(16, func(int) string { return "a{" }) + `b` + times(17, func(int) string { return "}" }), nil, "LIMIT", ""},
		} {
			got := w.refused(t, c.ctx, c.document, c.variables)
			if e := got.Extensions; e.Code != c.code || e.Field != c.field || e.RequestID != "req-1" || got.Message == "" {
				t.Errorf("%s: %+v, want %s %q", name, got, c.code, c.field)
			}
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		for _, document := range []string{
			`{ users { totalCount edges { node { id manager { id } } } } }`,
			`{ node(id: "` + ada.ID.String() + `") { id } }`,
			`mutation { deleteUser(input: {id: "` + ada.ID.String() + `"}) { deletedId } }`,
		} {
			if got := w.refused(t, w.api, document, nil); got.Extensions.Code != "INTERNAL" && got.Extensions.Code != "UNAVAILABLE" {
				t.Errorf("without a database: %s: %+v", document, got)
			}
		}
	})
}

// A refusal names what would have been right.
func TestErrorsSayWhatIsMissing(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		reader, keeper := w.withScopes(t, viewer.ScopeRead), w.withScopes(t, viewer.ScopeKeys)
		for name, c := range map[string]struct {
			ctx            context.Context
			document, says string
		}{
			"a scope to read keys":     {reader, `{ keys { totalCount } }`, "KEYS"},
			"a scope to write":         {reader, `mutation { createDirectory(input: {name: "x"}) { directory { id } } }`, "WRITE"},
			"a scope to hand on":       {keeper, `mutation { createKey(input: {name: "x", scopes: [RECORDS]}) { key { id } } }`, "RECORDS"},
			"the form of a time":       {w.api, `mutation { createKey(input: {name: "x", expiresAt: "soon"}) { key { id } } }`, "2026-11-22T09:30:00Z"},
			"the name of an operation": {w.api, `query A { __typename } query B { __typename }`, "operationName"},
		} {
			if got := w.refused(t, c.ctx, c.document, nil); !strings.Contains(got.Message, c.says) {
				t.Errorf("%s: %q", name, got.Message)
			}
		}
	})
}

func make101() []uuid.UUID { return make([]uuid.UUID, 101) }
