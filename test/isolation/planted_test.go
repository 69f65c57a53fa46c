package isolation_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/feddir/feddir/cmd/feddir/server"
	"github.com/feddir/feddir/ent/viewer"
)

// A manager is kept as it was given. That of somebody elsewhere leads nowhere:
// neither to that person, nor for that person to us.
func TestManagersElsewhereLeadNowhere(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, w *world) {
		ours := w.apiKey(t, &w.ours, viewer.Scopes...)
		owners := map[*folder]string{&w.theirs: w.apiKey(t, &w.theirs, viewer.Scopes...), &w.sibling: ours}
		h := w.serve(t, server.Config{Points: plenty, Restore: plenty}).Handler()
		for f, owner := range owners {
			post := exchange{method: "POST", path: "/Users", body: strings.ReplaceAll(userBody, "%s", "planted by "+f.mark)}
			made := post.send(h, &w.ours, w.ours.secret, f.user.String())
			id := strings.TrimPrefix(made.header.Get("Location"), location+"/Users/")
			if uuid.Validate(id) != nil {
				t.Fatal(made)
			}
			for _, filter := range []string{`manager.displayName sw "` + f.mark + `"`, `manager.displayName pr and manager.value eq "` + f.user.String() + `"`} {
				found := exchange{method: "GET", path: "/Users?filter={}"}.send(h, &w.ours, w.ours.secret, enterprise+":"+filter)
				if !strings.Contains(found.body, `"totalResults":0,`) {
					t.Errorf("%s finds %s", filter, found.body)
				}
			}
			told := postGraphQL(h, ours, map[string]any{"query": `{ user(by: {id: "` + id + `"}) { managerValue manager { id displayName } } }`})
			if want := `{"managerValue":"` + f.user.String() + `","manager":null}`; !strings.Contains(told.body, want) {
				t.Errorf("the manager of ours: %s", told.body)
			}
			reports := postGraphQL(h, owner, map[string]any{"query": `{ user(by: {id: "` + f.user.String() + `"}) { directReports { totalCount edges { node { id } } } } }`})
			if !strings.Contains(reports.body, `"directReports":{"totalCount":0,"edges":[]}`) {
				t.Errorf("the reports of %s: %s", f.mark, reports.body)
			}
		}
	})
}

// What an idempotency key repeats is for the key that sent it alone.
func TestIdempotencyKeysAreOfOneKey(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, w *world) {
		callers := []string{w.apiKey(t, &w.theirs, viewer.Scopes...), w.apiKey(t, &w.ours, viewer.Scopes...), w.apiKey(t, &w.ours, viewer.Scopes...)}
		h := w.serve(t, server.Config{}).Handler()
		seen := map[string]string{}
		for range 2 {
			for _, secret := range callers {
				r := newGraphQL(map[string]any{"query": `mutation { createDirectory(input: {name: "Shared"}) { directory { id } } }`})
				r.Header.Set("Idempotency-Key", "the same")
				a := do(h, r, secret)
				if !strings.Contains(a.body, `"id"`) {
					t.Fatal(a.body)
				}
				id := strings.Split(a.body, `"id":"`)[1][:36]
				if seen[id] != "" && seen[id] != secret {
					t.Errorf("an answer is repeated to another key: %s", a.body)
				}
				seen[id] = secret
			}
		}
		if len(seen) != len(callers) {
			t.Errorf("%d directories for %d keys", len(seen), len(callers))
		}
	})
}
