package reliability_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// E-165: the server dies after it has committed a create and before anybody
// hears of it. The identity provider sends it again, is told that it exists,
// finds it by its name and goes on.
func TestE165CreateWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	for _, resource := range []struct {
		path, key string
		body      map[string]any
		change    map[string]any
	}{
		{"/Users", "userName", person("ada"), patch("replace", "title", "Harbour master")},
		{"/Groups", "displayName", crew("Crew"), patch("replace", "externalId", "4711")},
	} {
		goesOn := func(t *testing.T, in *installation) {
			c := newClient(t, in, serve(t, in.database).url)
			again, err := c.scim(t.Context(), "POST", resource.path, resource.body)
			if err != nil || again.status != http.StatusConflict || again.code != "uniqueness" {
				t.Fatalf("sent again: %+v, %v", again, err)
			}
			found := c.named(t, resource.path, resource.key, resource.body[resource.key])
			if len(found) != 1 {
				t.Fatalf("found %d times by its name", len(found))
			}
			must(t)(c.scim(t.Context(), "PATCH", resource.path+"/"+found[0], resource.change))
			checkChanges(t, in)
		}
		name := strings.TrimPrefix(resource.path, "/")
		t.Run("postgres/"+name, func(t *testing.T) { // dies with COMMIT's answer on its way to it
			t.Parallel()
			direct := onPostgres(t)
			p, in := through(t, direct)
			server := serve(t, in.database)
			committed := make(chan struct{})
			p.armed.Store(&fault{at: commitUnanswered, held: committed})
			sendOff(t, in, server, "POST", resource.path, resource.body)
			<-committed
			server.kill()
			goesOn(t, direct)
		})
		t.Run("sqlite/"+name, func(t *testing.T) { // dies with its own answer unread
			t.Parallel()
			in := onSQLite(t)
			server := serve(t, in.database)
			sendOff(t, in, server, "POST", resource.path, resource.body)
			watch := newClient(t, in, server.url)
			eventually(t, "the commit", func() bool {
				return len(watch.named(t, resource.path, resource.key, resource.body[resource.key])) > 0
			})
			server.kill()
			goesOn(t, in)
		})
	}
}

// E-165: the same with every write that is no create. Sent again it is answered
// as before, or finds nothing left to delete, and has happened once.
func TestE165ChangeWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		direct := onPostgres(t)
		p, in := through(t, direct)
		changesWithoutAnswers(t, in, direct, func(send func(), _ func() bool) {
			committed := make(chan struct{})
			p.armed.Store(&fault{at: commitUnanswered, held: committed})
			send()
			<-committed
		})
	})
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		in := onSQLite(t)
		changesWithoutAnswers(t, in, in, func(send func(), committed func() bool) {
			send()
			eventually(t, "the commit", committed)
		})
	})
}

// changesWithoutAnswers kills a server on each change of in when commit has
// seen it committed, and sends the change again to a server on again.
func changesWithoutAnswers(t *testing.T, in, again *installation, commit func(send func(), committed func() bool)) {
	l := &lossy{}
	for _, name := range slices.Sorted(maps.Keys(scimWrites)) {
		method, _, _ := strings.Cut(name, " ")
		if method == http.MethodPost {
			continue
		}
		server := serve(t, in.database)
		l.client = newClient(t, in, server.url)
		path, body := scimWrites[name](t, l)
		before := l.version(t, path)
		commit(func() { sendOff(t, in, server, method, path, body) }, func() bool { return l.version(t, path) != before })
		server.kill()

		server = serve(t, again.database)
		l.client = newClient(t, again, server.url)
		once := l.version(t, path)
		a, err := l.scim(t.Context(), method, path, body)
		if err != nil || !repeatedSCIM(method)(a) {
			t.Errorf("%s sent again: %+v, %v", name, a, err)
		}
		if twice := l.version(t, path); once == before || twice != once {
			t.Errorf("%s leads from version %s to %s, sent again to %s", name, before, once, twice)
		}
		checkChanges(t, again)
		server.kill()
	}
}

// version is the version of a resource; none where it is gone.
func (c *client) version(t testing.TB, path string) string {
	t.Helper()
	a, err := c.scim(t.Context(), "GET", path+"?attributes=meta.version", nil)
	if err != nil {
		t.Fatal(err)
	}
	if a.status == http.StatusNotFound {
		return "none"
	}
	var resource struct{ Meta struct{ Version string } }
	must(t)(a, err).read(t, &resource)
	return resource.Meta.Version
}

// sendOff sends a write whose answer nobody reads.
func sendOff(t testing.TB, in *installation, server *process, method, path string, body any) {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, server.url+"/v2"+path, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+in.Key.AccessToken)
	r.Header.Set("Content-Type", "application/scim+json")
	conn, err := net.Dial("tcp", r.URL.Host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := r.Write(conn); err != nil {
		t.Fatal(err)
	}
}

// named returns the ids of what has this name, found as Entra looks for it.
func (c *client) named(t testing.TB, path, key string, value any) (ids []string) {
	t.Helper()
	var list struct{ Resources []struct{ ID string } }
	filter := url.QueryEscape(fmt.Sprintf("%s eq %q", key, value))
	must(t)(c.scim(t.Context(), "GET", path+"?filter="+filter, nil)).read(t, &list)
	for _, r := range list.Resources {
		ids = append(ids, r.ID)
	}
	return ids
}
