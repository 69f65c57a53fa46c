package reliability_test

import (
	"fmt"
	"testing"
	"time"
)

// found is what a directory holds, as its clients see it.
type found struct {
	users   map[string]foundUser // by userName
	members map[string]bool      // ids of the members of the group
}

type foundUser struct{ id, title string }

// read reads the directory, and fails the test where it contradicts itself.
// What was in flight when a server was killed may still be committed by its
// database, between one reading and the next, so a difference must last.
func (c *client) read(t testing.TB, group string) found {
	t.Helper()
	for deadline := time.Now().Add(patience); ; {
		f := c.list(t, group)
		difference := c.miscounted(t, group, f)
		if difference == "" {
			return f
		}
		if time.Now().After(deadline) {
			t.Errorf("%s", difference)
			return f
		}
	}
}

// list lists everyone, and fails the test where someone is listed twice.
func (c *client) list(t testing.TB, group string) found {
	t.Helper()
	f := found{users: map[string]foundUser{}, members: map[string]bool{}}
	for start, total := 1, 1; start <= total; {
		var page struct {
			TotalResults int
			Resources    []struct{ ID, UserName, Title string }
		}
		must(t)(c.scim(t.Context(), "GET", fmt.Sprintf("/Users?startIndex=%d&count=1000", start), nil)).read(t, &page)
		for _, u := range page.Resources {
			if _, twice := f.users[u.UserName]; twice {
				t.Errorf("%s is listed twice", u.UserName)
			}
			f.users[u.UserName] = foundUser{u.ID, u.Title}
		}
		if total = page.TotalResults; len(page.Resources) == 0 && start <= total {
			t.Fatalf("the page from %d of %d is empty", start, total)
		}
		start += len(page.Resources)
	}
	var g struct{ Members []struct{ Value string } }
	must(t)(c.scim(t.Context(), "GET", "/Groups/"+group, nil)).read(t, &g)
	for _, m := range g.Members {
		if f.members[m.Value] {
			t.Errorf("%s is a member twice", m.Value)
		}
		f.members[m.Value] = true
	}
	return f
}

// miscounted says in what the counts differ from what there is.
func (c *client) miscounted(t testing.TB, group string, f found) string {
	t.Helper()
	type counts struct{ Users, ActiveUsers, Groups, Memberships int }
	var answered struct {
		Data struct {
			Directory struct{ Counts counts }
			Group     struct {
				MemberCount int
				Members     struct{ TotalCount int }
			}
		}
	}
	must(t)(c.graphQL(t.Context(), `query($directory: ID!, $group: ID!) {
		directory(id: $directory) { counts { users activeUsers groups memberships } }
		group(by: {id: $group}) { memberCount members(first: 1) { totalCount } }
	}`, map[string]any{"directory": c.in.Directory.ID, "group": group}, "")).read(t, &answered)
	d := answered.Data
	if want := (counts{len(f.users), len(f.users), 1, len(f.members)}); d.Directory.Counts != want {
		return fmt.Sprintf("counted %+v, there are %+v", d.Directory.Counts, want)
	}
	if n := len(f.members); d.Group.MemberCount != n || d.Group.Members.TotalCount != n {
		return fmt.Sprintf("the group counts %d members and lists %d, it has %d", d.Group.MemberCount, d.Group.Members.TotalCount, n)
	}
	return ""
}

// lost returns what f lacks of what was acknowledged, or has too much. What
// was sent and not answered may have happened or not.
func (l *ledger) lost(f found) []string {
	var lost []string
	expected := map[string]bool{}
	for _, w := range l.writers {
		for _, u := range w.users {
			expected[u.name] = true
			there, exists := f.users[u.name]
			is := state{exists: exists, title: there.title, member: exists && f.members[there.id]}
			if is == u.known || u.pending != nil && is == u.pending.after(u.known) {
				continue
			}
			lost = append(lost, fmt.Sprintf("%s is %+v, acknowledged was %+v", u.name, is, u.known))
		}
	}
	for name := range f.users {
		if !expected[name] {
			lost = append(lost, name+" was never made")
		}
	}
	return lost
}

// check fails the test for what is lost in f, and for answers that should not
// have been given.
func (l *ledger) check(t testing.TB, f found) {
	t.Helper()
	for _, problem := range l.lost(f) {
		t.Error(problem)
	}
	for _, err := range l.wrong {
		t.Error(err)
	}
}

// checkChanges fails when a change was recorded twice.
func checkChanges(t testing.TB, in *installation) {
	t.Helper()
	const doubled = `SELECT count(*) FROM (SELECT 1 FROM changes
		WHERE resource_version > 0 GROUP BY resource_id, resource_version, kind HAVING count(*) > 1) AS doubled`
	if n := ask[int](t, in.open(t), doubled); n != 0 {
		t.Errorf("%d changes are recorded twice", n)
	}
}
