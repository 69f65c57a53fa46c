package reliability_test

import (
	"fmt"
	"net/http"
	"testing"
)

// crowd is how many requests come at the same time.
const crowd = 64

// D5: of identical creates one succeeds, and the others are told why not.
func TestIdenticalCreatesAtOnce(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, in *installation) {
		c := newClient(t, in, serve(t, in.database).url)
		for path, body := range map[string]any{"/Users": person("ada"), "/Groups": crew("Crew")} {
			got := map[int]int{}
			for _, r := range atOnce(times(crowd, func(int) (*answer, error) { return c.scim(t.Context(), "POST", path, body) })) {
				if r.err != nil {
					t.Fatal(r.err)
				}
				got[r.answer.status]++
			}
			if got[http.StatusCreated] != 1 || got[http.StatusConflict] != crowd-1 {
				t.Errorf("%d creates of one of %s are answered with %v", crowd, path, got)
			}
		}
	})
}

// Members that are added at the same time are all members, once.
func TestMembersAddedAtOnce(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, in *installation) {
		c := newClient(t, in, serve(t, in.database).url)
		group := id(t, must(t)(c.scim(t.Context(), "POST", "/Groups", crew("Crew"))))
		made := atOnce(times(crowd, func(i int) (*answer, error) {
			return c.scim(t.Context(), "POST", "/Users", person(fmt.Sprintf("user%d", i)))
		}))
		added := atOnce(times(crowd, func(i int) (*answer, error) {
			member := []any{map[string]string{"value": id(t, must(t)(made[i].answer, made[i].err))}}
			return c.scim(t.Context(), "PATCH", "/Groups/"+group, patch("add", "members", member))
		}))
		for _, r := range added {
			must(t)(r.answer, r.err)
		}
		if f := c.read(t, group); len(f.users) != crowd || len(f.members) != crowd {
			t.Errorf("%d users and %d members, want %d of each", len(f.users), len(f.members), crowd)
		}
	})
}

// Two keys write into two directories at the same time, and neither sees
// anything of the other's.
func TestTwoDirectoriesAtOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: lets changes meet in rounds")
	}
	onEachDatabase(t, func(t *testing.T, in *installation) {
		server := serve(t, in.database)
		second := &installation{in.database, setup(t, in.database, "Second")}
		clients := [2]*client{newClient(t, in, server.url), newClient(t, second, server.url)}
		made := atOnce(times(crowd, func(i int) (*answer, error) {
			return clients[i%2].scim(t.Context(), "POST", "/Users", person(fmt.Sprintf("user%d", i/2)))
		}))
		for i, r := range made {
			user := id(t, must(t)(r.answer, r.err))
			must(t)(clients[i%2].scim(t.Context(), "GET", "/Users/"+user, nil))
			foreign, err := clients[(i+1)%2].scim(t.Context(), "GET", "/Users/"+user, nil)
			if err != nil || foreign.status != http.StatusNotFound {
				t.Errorf("the other key's user: %+v, %v", foreign, err)
			}
		}
		for _, c := range clients {
			var list struct{ TotalResults int }
			must(t)(c.scim(t.Context(), "GET", "/Users", nil)).read(t, &list)
			if list.TotalResults != crowd/2 {
				t.Errorf("a key sees %d users, want %d", list.TotalResults, crowd/2)
			}
		}
	})
}

// times returns n requests.
func times(n int, send func(i int) (*answer, error)) (requests []request) {
	for i := range n {
		requests = append(requests, request{send: func() (*answer, error) { return send(i) }})
	}
	return requests
}
