package isolation_test

import (
	"encoding/base64"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"
)

// pair is a value of others', and one like it that is nobody's.
type pair struct{ foreign, absent string }

// pairs are the values of a folder to put into a position.
func (f *folder) pairs(p position, cursors []string) (all []pair) {
	switch name := p.last(); {
	case p.leaf.Name() == "ID", name == "managerValue":
		for name, id := range f.ids() {
			if !f.shared(name) {
				all = append(all, pair{id.String(), absent(id).String()})
			}
		}
		return append(all, pair{f.manager.String(), absent(f.manager).String()})
	case p.leaf.Name() == "Cursor":
		for _, c := range cursors {
			all = append(all, pair{c, absentCursor(c)})
		}
		return all
	case strings.HasSuffix(name, "HasPrefix"):
		return []pair{{f.mark, "canard"}}
	case name == "shortName":
		return []pair{{f.mark, f.mark + "0"}}
	}
	for _, suffix := range []string{"", "-user", "-user-external", "-group", " user", " group", "-user@harbor.example"} {
		all = append(all, pair{f.mark + suffix, f.mark + suffix + "0"})
	}
	return all
}

// fitting is the one pair that is of the kind a position takes.
func (w *world) fitting(p position, cursors []string) pair {
	if p.leaf.Name() != "ID" {
		return w.theirs.pairs(p, cursors)[0]
	}
	own := w.own(p.owner, p.last())
	for name, id := range w.ours.ids() {
		if id.String() == own {
			id = w.theirs.ids()[name]
			return pair{id.String(), absent(id).String()}
		}
	}
	panic("no id of theirs for " + p.String())
}

// absentCursor is c with another id in it, as somebody would make it who knew
// how cursors are encrypted, and where the id is, but not the secret: a bit
// that is flipped in a key stream's text is flipped in what it hides.
func absentCursor(c string) string {
	const tag = 16 // bytes, then the id
	raw, err := base64.RawURLEncoding.DecodeString(c)
	if err != nil || len(raw) < tag+16 {
		panic("not a cursor as these tests know them: " + c)
	}
	raw[tag+15] ^= 1
	return base64.RawURLEncoding.EncodeToString(raw)
}

// own returns an id of ours for a place, told by its name and what has it.
func (w *world) own(owner, field string) string {
	f := w.ours
	for _, named := range []struct {
		names string
		id    uuid.UUID
	}{
		{"directoryId", f.directory}, {"companyId", f.company}, {"groupId memberOf", f.group}, {"memberIds hasMember ids resourceId targetId", f.user}, {"clientId", f.oauthClient}, {"keyId", f.key},
	} {
		if strings.Contains(" "+named.names+" ", " "+field+" ") {
			return named.id.String()
		}
	}
	for _, named := range []struct {
		word string
		id   uuid.UUID
	}{
		{"requestrecord", f.user}, {"oauthclient", f.oauthClient}, {"company", f.company}, {"directory", f.directory}, {"group", f.group}, {"user", f.user}, {"key", f.key}, {"node", f.user}, {"membership", f.user},
	} {
		if strings.Contains(strings.ToLower(owner), named.word) {
			return named.id.String()
		}
	}
	panic("no id of ours for " + owner + "." + field + ": name one in this test")
}

// feedCursor is that of the last change in the feed of a folder's company.
var feedCursor = regexp.MustCompile(`"changes":\{"edges":\[\{"cursor":"([^"]+)"`)

// cursorsOf are cursors of the lists that the owner of a folder sees, and the
// one of the feed of its company.
func cursorsOf(t testing.TB, h http.Handler, secret string, f *folder) (all []string, feed string) {
	t.Helper()
	page := "(last: 1) { edges { cursor } }"
	text := "{ users" + page + " groups" + page + " directories" + page + " companies" + page + " keys" + page +
		" byName: users(last: 1, orderBy: {field: NAME}) { edges { cursor } }" + ` group(by: {id: "` + f.group.String() + `"}) { members` + page + " history" + page + " }" +
		` user(by: {id: "` + f.user.String() + `"}) { groups` + page + " history" + page + " }" +
		` manager: user(by: {id: "` + f.manager.String() + `"}) { directReports` + page + " }" +
		` directory(id: "` + f.directory.String() + `") { users` + page + " groups" + page + " keys" + page + " oauthClients" + page + " requestRecords" + page + " }" +
		" company { changes(first: 1) { edges { cursor } } } }"
	a := postGraphQL(h, secret, map[string]any{"query": text})
	for _, m := range regexp.MustCompile(`"cursor":"([^"]+)"`).FindAllStringSubmatch(a.body, -1) {
		all = append(all, m[1])
	}
	found := feedCursor.FindStringSubmatch(a.body)
	if len(all) != strings.Count(text, "cursor") || found == nil {
		t.Fatalf("%d cursors of %s: %s", len(all), f.mark, a.body)
	}
	return all, found[1]
}
