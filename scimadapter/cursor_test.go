package scimadapter_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"testing"
)

// cursorPage is one page of a list and the cursors of those around it.
type cursorPage struct {
	TotalResults               int
	NextCursor, PreviousCursor string
	Resources                  []struct{ ID string }
}

func (d *directory) cursorPage(t *testing.T, target, cursor string) (p cursorPage) {
	t.Helper()
	w := d.send(d.ctx, "GET", target+"&cursor="+url.QueryEscape(cursor), "")
	if w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestCursorsLoseNobody(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d *directory) {
		const all = 11
		for i := range all {
			title := []string{`,"title":"Mate"`, `,"title":"mate"`, ``}[i%3]
			d.made(t, "/v2/Users", fmt.Sprintf(`{"userName":"u%d"%s}`, i, title))
		}
		for _, order := range []string{"", "&sortBy=title", "&sortBy=title&sortOrder=descending", "&sortBy=userName", "&sortBy=meta.created"} {
			for count := 1; count <= all+1; count += 3 {
				target := fmt.Sprintf("/v2/Users?attributes=id&count=%d%s", count, order)
				var forward, backward []string
				page := d.cursorPage(t, target, "")
				for {
					for _, u := range page.Resources {
						forward = append(forward, u.ID)
					}
					if page.TotalResults != all || page.NextCursor == "" {
						break
					}
					page = d.cursorPage(t, target, page.NextCursor)
				}
				for {
					for _, u := range slices.Backward(page.Resources) {
						backward = append(backward, u.ID)
					}
					if page.PreviousCursor == "" {
						break
					}
					page = d.cursorPage(t, target, page.PreviousCursor)
				}
				slices.Reverse(backward)
				if len(slices.Compact(slices.Sorted(slices.Values(forward)))) != all || !slices.Equal(forward, backward) {
					t.Errorf("%s: %v forward, %v backward", target, forward, backward)
				}
			}
		}
	})
}

// Nobody is missed or doubled when those at the place of a cursor are deleted.
func TestCursorSurvivesDeletes(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d *directory) {
		var ids []string
		for i := range 4 {
			ids = append(ids, d.made(t, "/v2/Users", fmt.Sprintf(`{"userName":"u%d"}`, i)))
		}
		target := "/v2/Users?count=2&sortBy=userName"
		page := d.cursorPage(t, target, "")
		d.send(d.ctx, "DELETE", "/v2/Users/"+ids[1], "")
		if page = d.cursorPage(t, target, page.NextCursor); len(page.Resources) != 2 || page.Resources[0].ID != ids[2] {
			t.Errorf("%+v", page)
		}
	})
}

func TestForeignCursors(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d *directory) {
		other := newDirectory(t, d.db)
		for _, d := range []*directory{d, other} {
			d.made(t, "/v2/Users", `{"userName":"ada"}`)
			d.made(t, "/v2/Users", `{"userName":"ben"}`)
		}
		good := d.cursorPage(t, "/v2/Users?count=1", "").NextCursor
		raw, err := base64.RawURLEncoding.DecodeString(good)
		if err != nil {
			t.Fatal(err)
		}
		bad := []string{other.cursorPage(t, "/v2/Users?count=1", "").NextCursor, good[:len(good)-2], good + "AAAA", "AAAA"}
		for i := range raw {
			altered := slices.Clone(raw)
			altered[i] ^= 1
			bad = append(bad, base64.RawURLEncoding.EncodeToString(altered))
		}
		for _, cursor := range bad {
			w := d.send(d.ctx, "GET", "/v2/Users?count=1&cursor="+cursor, "")
			if r := refused(t, w); w.Code != 400 || r.ScimType != "invalidCursor" {
				t.Errorf("%s: %d %s", cursor, w.Code, w.Body)
			}
		}
	})
}
