package scimadapter_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/graph/model"
)

// A user that was read lately is as current as one that is read for the first
// time, whoever changes it.
func TestRecentUserIsCurrent(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d *directory) {
		id := d.made(t, "/v2/Users", `{"userName":"ada","title":"Harbour master"}`)
		get := func(statements, status int, title string) []byte {
			t.Helper()
			ctx, counted := sqlconn.CountStatements(context.WithoutCancel(d.ctx))
			w := d.send(ctx, "GET", "/v2/Users/"+id, "")
			if w.Code != status || !strings.Contains(w.Body.String(), title) || counted.N() != statements {
				t.Errorf("%d %s after %d statements, want %q after %d", w.Code, w.Body, counted.N(), title, statements)
			}
			return w.Body.Bytes()
		}
		first := get(1, 200, "Harbour master")
		if again := get(1, 200, "Harbour master"); !bytes.Equal(again, first) {
			t.Errorf("the second answer differs: %s", again)
		}
		if w := d.send(d.ctx, "GET", "/v2/Users/"+id, "", "If-None-Match", `W/"1"`); w.Code != 304 || w.Body.Len() > 0 {
			t.Errorf("a known version is answered: %d %s", w.Code, w.Body)
		}
		if w := d.send(d.ctx, "GET", "/v2/Users/"+id+"?attributes=userName", ""); strings.Contains(w.Body.String(), "title") {
			t.Errorf("what was not asked for: %s", w.Body)
		}
		if w := d.send(d.ctx, "PATCH", "/v2/Users/"+id, patchBody(`{"op":"replace","path":"title","value":"Captain"}`)); w.Code >= 300 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		get(2, 200, "Captain") // what is kept turns out to be old
		get(1, 200, "Captain")
		// Somebody else deletes the user: another replica, or GraphQL.
		if _, err := d.ops.DeleteUser(d.ctx, model.DeleteUserInput{ID: uuid.MustParse(id)}); err != nil {
			t.Fatal(err)
		}
		get(1, 404, "")
	})
}

func TestRecentUserIsNobodyElses(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d *directory) {
		id := d.made(t, "/v2/Users", `{"userName":"ada"}`)
		other := newDirectory(t, d.db)
		other.handler = d.handler
		for range 2 {
			if w := d.send(d.ctx, "GET", "/v2/Users/"+id, ""); w.Code != 200 {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			if w := d.send(other.ctx, "GET", "/v2/Users/"+id, ""); w.Code != 404 {
				t.Errorf("the key of another directory gets %d %s", w.Code, w.Body)
			}
		}
	})
}
