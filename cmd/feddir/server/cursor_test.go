package server_test

import (
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/feddir/feddir/cmd/feddir/server"
)

// The cursors of one replica are those of all, also after a restart, and no
// longer when the operator changes their secret.
func TestCursorsAreGoodOnEveryReplica(t *testing.T) {
	t.Parallel()
	database := patient("sqlite:" + filepath.Join(t.TempDir(), "feddir.db"))
	first, stop := serve(t, server.Config{Database: database})
	k := makeKeys(t, first.Operations(), "harbor")
	for _, name := range []string{"ada", "ben"} {
		ask(t, first.URL(), k.api, `mutation($d: ID!, $n: String!) { createUser(input: {directoryId: $d, userName: $n}) { user { id } } }`,
			map[string]any{"d": k.directoryID, "n": name}, &struct{}{})
	}
	var page struct {
		Users struct{ PageInfo struct{ EndCursor string } }
	}
	ask(t, first.URL(), k.api, "{ users(first: 1) { pageInfo { endCursor } } }", nil, &page)
	cursor := page.Users.PageInfo.EndCursor
	var list struct{ NextCursor string }
	if status := scimList(t, first.URL(), k.directory, "", &list); status != 200 || list.NextCursor == "" {
		t.Fatalf("%d %+v", status, list)
	}
	stop()
	for _, c := range []struct {
		name   string
		cfg    server.Config
		users  int
		status int
	}{
		{"another replica", server.Config{Database: database}, 1, 200},
		{"another secret", server.Config{Database: database, CursorSecret: []byte("of the operator")}, 0, 400},
	} {
		s, stop := serve(t, c.cfg)
		if n := usersAfter(t, s.URL(), k.api, cursor); n != c.users {
			t.Errorf("%s: %d users after a cursor of GraphQL", c.name, n)
		}
		if status := scimList(t, s.URL(), k.directory, list.NextCursor, &struct{}{}); status != c.status {
			t.Errorf("%s: a cursor of SCIM is answered %d", c.name, status)
		}
		stop()
	}
}

// usersAfter is how many users come after a cursor, 0 where it is refused.
func usersAfter(t *testing.T, url, token, cursor string) int {
	t.Helper()
	var answer struct {
		Data struct {
			Users *struct{ Edges []struct{ Cursor string } }
		}
	}
	body, _ := json.Marshal(map[string]any{"query": "query($c: Cursor) { users(after: $c) { edges { cursor } } }", "variables": map[string]string{"c": cursor}})
	status := send(t, "POST", url+"/graphql", token, string(body), &answer)
	if answer.Data.Users == nil {
		if status == 200 {
			t.Errorf("refused with %d", status)
		}
		return 0
	}
	return len(answer.Data.Users.Edges)
}

func scimList(t *testing.T, url, token, cursor string, list any) (status int) {
	t.Helper()
	return send(t, "GET", url+"/v2/Users?count=1&cursor="+cursor, token, "", list)
}

// send sends a request with a key and reads the JSON of its answer.
func send(t *testing.T, method, url, token, body string, answer any) (status int) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || json.Unmarshal(text, answer) != nil {
		t.Fatalf("%v: %.500s", err, text)
	}
	return resp.StatusCode
}
