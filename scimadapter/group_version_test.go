package scimadapter_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/member"
	"github.com/feddir/feddir/scimadapter"
)

// people makes users in bulk and returns them as members in JSON.
func (d *directory) people(t *testing.T, n int) []string {
	t.Helper()
	var members []string
	for len(members) < n {
		operations := make([]string, min(1000, n-len(members)))
		for i := range operations {
			operations[i] = fmt.Sprintf(`{"method":"POST","path":"/Users","bulkId":"u%d","data":{"userName":"user%d"}}`, i, len(members)+i)
		}
		w := d.send(d.ctx, "POST", "/v2/Bulk", bulkBody(operations...))
		var answer struct{ Operations []struct{ Location string } }
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
			t.Fatal(err)
		}
		for _, op := range answer.Operations {
			members = append(members, `{"value":"`+op.Location[strings.LastIndexByte(op.Location, '/')+1:]+`"}`)
		}
	}
	return members
}

// A request raises the version of a group by one at most, in however many
// steps it is carried out, and all that it leaves behind names that version.
func TestRequestRaisesVersionOfGroupOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: moves a thousand members at a time")
	}
	onEachDatabase(t, func(t *testing.T, d *directory) {
		d.handler = scimadapter.New(d.ops, scimadapter.Config{BaseURL: baseURL, Timeout: time.Hour})
		all := d.people(t, member.Max+300)
		half := len(all) / 2
		list := func(members []string) string { return "[" + strings.Join(members, ",") + "]" }
		id := d.made(t, "/v2/Groups", `{"displayName":"Crew","members":`+list(all)+`}`)
		for i, step := range []struct{ name, method, body string }{
			{"create in two statements", "", ""},
			{"replace everything", "PUT", `{"displayName":"Watch","externalId":"w","members":` + list(all[:half]) + `}`},
			{"attributes and members", "PATCH", patchBody(
				`{"op":"replace","path":"displayName","value":"Crew"},{"op":"remove","path":"members","value":` + list(all[:half]) +
					`},{"op":"add","path":"members","value":` + list(all) + `},{"op":"replace","path":"externalId","value":"c"},{"op":"replace","path":"members","value":` + list(all[1:]) + `}`)},
			{"one member", "PATCH", patchBody(`{"op":"add","path":"members","value":` + list(all[:1]) + `}`)},
			{"nothing new", "PATCH", patchBody(`{"op":"add","path":"members","value":` + list(all[:1]) + `},{"op":"replace","path":"displayName","value":"Crew"}`)},
		} {
			if step.method != "" {
				if w := d.send(d.ctx, step.method, "/v2/Groups/"+id, step.body); w.Code >= 300 {
					t.Fatalf("%s: %d %s", step.name, w.Code, w.Body)
				}
			}
			want := fmt.Sprintf(`W/"%d"`, min(i+1, 4)) // the last changes nothing
			if got := d.send(d.ctx, "GET", "/v2/Groups/"+id+"?excludedAttributes=members", "").Header().Get("ETag"); got != want {
				t.Errorf("%s: version %s, want %s", step.name, got, want)
			}
		}
		ctx := viewer.WithOperator(t.Context())
		changes := map[int64]int{}
		for _, c := range d.db.Client(ctx).Change.Query().Where(change.ResourceID(uuid.MustParse(id))).AllX(ctx) {
			changes[c.ResourceVersion]++
		}
		if len(changes) != 4 || changes[0] > 0 || changes[3] < 3 || changes[4] != 1 {
			t.Errorf("changes by version: %v", changes)
		}
	})
}
