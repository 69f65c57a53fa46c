package reliability_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// scimWrites are the writing requests of SCIM, by their method and place.
var scimWrites = map[string]func(t testing.TB, l *lossy) (path string, body any){
	"POST /Users": func(_ testing.TB, l *lossy) (string, any) { return "/Users", person(l.name()) },
	"PUT /Users/{id}": func(t testing.TB, l *lossy) (string, any) {
		changed := person(l.name())
		changed["title"] = "Harbour master"
		return "/Users/" + l.user(t), changed
	},
	"PATCH /Users/{id}": func(t testing.TB, l *lossy) (string, any) {
		return "/Users/" + l.user(t), patch("replace", "active", "False")
	},
	"DELETE /Users/{id}": func(t testing.TB, l *lossy) (string, any) {
		user := l.user(t)
		l.group(t, user)
		return "/Users/" + user, nil
	},
	"POST /Groups": func(t testing.TB, l *lossy) (string, any) { return "/Groups", crew(l.name(), l.user(t)) },
	"PUT /Groups/{id}": func(t testing.TB, l *lossy) (string, any) {
		return "/Groups/" + l.group(t, l.user(t)), crew(l.name(), l.user(t), l.user(t))
	},
	"PATCH /Groups/{id}": func(t testing.TB, l *lossy) (string, any) {
		group := l.group(t, l.user(t))
		return "/Groups/" + group, patch("add", "members", []any{map[string]string{"value": l.user(t)}})
	},
	"DELETE /Groups/{id}": func(t testing.TB, l *lossy) (string, any) { return "/Groups/" + l.group(t, l.user(t)), nil },
}

// E-165: whatever answer was lost, what is sent again happens once.
func TestRepeatedSCIMRequestHappensOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: loses the answer of every kind of write")
	}
	t.Parallel()
	l := newLossy(t)
	if served, tested := l.served(t), slices.Sorted(maps.Keys(scimWrites)); !slices.Equal(served, tested) {
		t.Fatalf("the server has %v, tested are %v", served, tested)
	}
	for name, prepare := range scimWrites {
		t.Run(name, func(t *testing.T) {
			method, _, _ := strings.Cut(name, " ")
			l.once(t, func() attempt {
				path, body := prepare(t, l)
				return attempt{
					send:     func() (*answer, error) { return l.scim(t.Context(), method, path, body) },
					repeated: repeatedSCIM(method),
				}
			})
		})
	}
}

// served returns the writing methods that the server has, by asking it with
// one that it has nowhere.
func (l *lossy) served(t testing.TB) (writes []string) {
	t.Helper()
	var types struct{ Resources []struct{ Endpoint string } }
	must(t)(l.scim(t.Context(), "GET", "/ResourceTypes", nil)).read(t, &types)
	for _, r := range types.Resources {
		for path, name := range map[string]string{r.Endpoint: r.Endpoint, r.Endpoint + "/x": r.Endpoint + "/{id}"} {
			a, err := l.scim(t.Context(), "LINK", path, nil)
			if err != nil || a.allow == "" {
				t.Fatalf("LINK %s: %+v, %v", path, a, err)
			}
			for method := range strings.SplitSeq(a.allow, ", ") {
				if method != "GET" && method != "HEAD" {
					writes = append(writes, method+" "+name)
				}
			}
		}
	}
	slices.Sort(writes)
	return writes
}
