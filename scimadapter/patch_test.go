package scimadapter_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/viewer"
)

// changes counts the changes of a resource on record.
func (d *directory) changes(t *testing.T, id string) int {
	t.Helper()
	n, err := d.db.Client(t.Context()).Change.Query().Where(change.ResourceID(uuid.MustParse(id))).Count(viewer.WithOperator(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// everything is a resource as it is answered, version and time included, and
// how many changes it has.
func (d *directory) everything(t *testing.T, path string) map[string]any {
	t.Helper()
	var resource map[string]any
	d.read(t, path, &resource)
	resource["changes"] = d.changes(t, resource["id"].(string))
	return resource
}

// E-085, RFC 7644 §3.5.2: all operations apply or none does, whatever kind and
// dialect the good ones are, and wherever the bad one is.
func TestPatchIsAtomic(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d *directory) {
		ines := d.made(t, "/v2/Users", `{"userName":"ines","title":"Pilot","emails":[{"type":"work","value":"i@harbor.example"}]}`)
		omar := d.made(t, "/v2/Users", `{"userName":"omar"}`)
		crew := d.made(t, "/v2/Groups", `{"displayName":"Crew","members":["`+ines+`"]}`)
		d.made(t, "/v2/Groups", `{"displayName":"Cooks"}`)
		good := map[string][]string{
			"/v2/Users/" + ines: {
				`{"op":"Replace","path":"title","value":"Cook"}`, `{"op":"replace","value":{"name.givenName":"Ina","active":false}}`,
				`{"op":"Remove","path":"emails[type eq \"work\"]"}`, `{"op":"Replace","path":"userName","value":"ina"}`,
			},
			"/v2/Groups/" + crew: {
				`{"op":"Add","path":"members","value":[{"value":"` + omar + `"}]}`, `{"op":"replace","value":{"displayName":"Pilots"}}`,
				`{"op":"Remove","path":"members","value":[{"value":"` + ines + `"}]}`, `{"op":"remove","path":"members"}`,
			},
		}
		bad := map[string][]string{
			"/v2/Users/" + ines: {
				`{"op":"Replace","path":"active","value":"perhaps"}`, `{"op":"replace","value":{"emails":true}}`, `{"op":"Replace","path":"emails[type eq","value":"x"}`,
				`{"op":"replace","path":"phoneNumbers[type ne \"x\"].value","value":"x"}`, `{"op":"remove"}`, `{"op":"move","path":"title"}`,
			},
			"/v2/Groups/" + crew: {
				`{"op":"Add","path":"members","value":[{"value":"nobody"}]}`, `{"op":"add","path":"members","value":[{"value":"019ab6a5-1c2e-7000-8004-000000000001"}]}`,
				`{"op":"Add","path":"members","value":[{"value":"` + crew + `"}]}`, `{"op":"remove","path":"members[type eq \"User\"]"}`, `{"op":"replace","path":"externalId","value":{"a":1}}`,
			},
		}
		taken := map[string]string{
			"/v2/Users/" + ines: `{"op":"Replace","path":"userName","value":"OMAR"}`, "/v2/Groups/" + crew: `{"op":"Replace","path":"displayName","value":"COOKS"}`,
		}
		for path, operations := range bad {
			before := d.everything(t, path)
			for _, wrong := range append(operations, taken[path]) {
				for at := range len(good[path]) + 1 {
					all := append(append(append([]string{}, good[path][:at]...), wrong), good[path][at:]...)
					if wrong == taken[path] && at < len(all)-1 {
						continue // a later operation gives another name
					}
					if w := d.send(d.ctx, "PATCH", path, patchBody(all...)); w.Code != 400 && w.Code != 409 {
						t.Errorf("%s at %d: %d %s", wrong, at, w.Code, w.Body)
					}
				}
				if after := d.everything(t, path); !reflect.DeepEqual(after, before) {
					t.Fatalf("%s left\n%v of\n%v", wrong, after, before)
				}
			}
		}
	})
}

// E-084: operations apply one after the other, so their order counts.
func TestPatchIsOrdered(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d *directory) {
		user := d.made(t, "/v2/Users", `{"userName":"ines","title":"old"}`)
		group := d.made(t, "/v2/Groups", `{"displayName":"Crew"}`)
		add, remove := `{"op":"Add","path":"members","value":[{"value":"`+user+`"}]}`, `{"op":"Remove","path":"members","value":[{"value":"`+user+`"}]}`
		byPath, flagged, gone := `{"op":"Replace","path":"title","value":"a"}`, `{"op":"replace","value":{"title":"b"}}`, `{"op":"Remove","path":"title"}`
		for _, c := range []struct {
			path, attribute string
			operations      []string
			want            any
		}{
			{"/v2/Users/" + user, "title", []string{byPath, flagged}, "b"},
			{"/v2/Users/" + user, "title", []string{flagged, byPath}, "a"},
			{"/v2/Users/" + user, "title", []string{flagged, gone}, nil},
			{"/v2/Users/" + user, "title", []string{gone, byPath, gone, flagged}, "b"},
			{"/v2/Groups/" + group, "members", []string{remove, add}, []any{map[string]any{"value": user}}},
			{"/v2/Groups/" + group, "members", []string{add, remove}, nil},
			{"/v2/Groups/" + group, "members", []string{add, `{"op":"replace","value":{"displayName":"Crew"}}`, `{"op":"remove","path":"members"}`, add}, []any{map[string]any{"value": user}}},
			{"/v2/Groups/" + group, "members", []string{add, `{"op":"Replace","path":"members","value":[]}`}, nil},
		} {
			var got map[string]any
			w := d.send(d.ctx, "PATCH", c.path+"?attributes=title,members.value", patchBody(c.operations...))
			if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 200 || !reflect.DeepEqual(got[c.attribute], c.want) {
				t.Errorf("%v: %d %s, want %v", c.operations, w.Code, w.Body, c.want)
			}
		}
	})
}

// E-084, E-165: what is sent a second time changes nothing more: no attribute,
// no version, no time, and no change is on record.
func TestPatchIsIdempotent(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d *directory) {
		omar := d.made(t, "/v2/Users", `{"userName":"omar"}`)
		user := "/v2/Users/" + d.made(t, "/v2/Users", `{"userName":"ines","title":"Pilot","roles":["a","b"]}`)
		group := "/v2/Groups/" + d.made(t, "/v2/Groups", `{"displayName":"Crew","members":["`+omar+`"]}`)
		for _, c := range []struct{ path, operations string }{
			{user, `{"op":"Replace","path":"active","value":"False"}`},
			{user, `{"op":"replace","value":{"active":true,"name.givenName":"Ina","` + enterpriseURN + `:department":"Docks"}}`},
			{user, `{"op":"Add","path":"emails[type eq \"work\"].value","value":"i@harbor.example"},{"op":"Add","path":"emails[type eq \"work\"].primary","value":"True"}`},
			{user, `{"op":"Add","path":"roles","value":[{"value":"b"},{"value":"c"}]}`},
			{user, `{"op":"Add","path":"` + managerPath + `","value":"` + omar + `"}`},
			{user, `{"op":"Replace","path":"` + managerPath + `","value":""}`},
			{user, `{"op":"Remove","path":"title"}`},
			{user, `{"op":"Replace","path":"userName","value":"INES"}`},
			{group, `{"op":"Add","path":"members","value":[{"value":"` + omar + `"}]}`},
			{group, `{"op":"Replace","path":"members","value":[{"value":"` + omar + `"}]}`},
			{group, `{"op":"remove","path":"members[value eq \"` + omar + `\"]"}`},
			{group, `{"op":"Remove","path":"members","value":[{"value":"` + omar + `"}]}`},
			{group, `{"op":"replace","value":{"displayName":"Pilots","externalId":"x"}}`},
			{group, `{"op":"Remove","path":"members"}`},
		} {
			var states [2]map[string]any
			for i := range states {
				if w := d.send(d.ctx, "PATCH", c.path, patchBody(c.operations)); w.Code >= 300 {
					t.Fatalf("%s: %d %s", c.operations, w.Code, w.Body)
				}
				states[i] = d.everything(t, c.path)
			}
			if !reflect.DeepEqual(states[0], states[1]) {
				t.Errorf("%s: once\n%v twice\n%v", c.operations, states[0], states[1])
			}
		}
	})
}

// Requests that change different attributes of one user at the same time all
// have their effect.
func TestPatchesAtOnceLoseNothing(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d *directory) {
		const n = 24
		user := "/v2/Users/" + d.made(t, "/v2/Users", `{"userName":"ines"}`)
		answers := make([]*httptest.ResponseRecorder, n)
		var group sync.WaitGroup
		for i := range n {
			group.Go(func() {
				answers[i] = d.send(d.ctx, "PATCH", user, patchBody(fmt.Sprintf(`{"op":"Add","path":"emails[type eq \"t%d\"].value","value":"%d@harbor.example"}`, i, i)))
			})
		}
		group.Wait()
		for _, w := range answers {
			if w.Code != 200 {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		}
		var got struct {
			Emails []struct{ Type, Value string }
			Meta   struct{ Version string }
		}
		d.read(t, user, &got)
		if len(got.Emails) != n || !strings.Contains(got.Meta.Version, fmt.Sprint(n+1)) {
			t.Errorf("%d e-mail addresses in version %s", len(got.Emails), got.Meta.Version)
		}
	})
}
