package scimadapter_test

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"net/url"
	"testing"
)

// E-223: no index minds the longest values, also where nothing of them can be
// compressed and each character has four bytes; and they are found.
func TestLongestValues(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d *directory) {
		characters := rand.New(rand.NewPCG(1, 2))
		long := func(n int) string {
			text := make([]rune, n)
			for i := range text {
				text[i] = rune(0x20000 + characters.IntN(40_000))
			}
			return string(text)
		}
		name, display := long(512), long(4000)+"ÄÖÜ"
		body, _ := json.Marshal(map[string]any{"userName": name, "externalId": name, "manager": name, "emails": []any{map[string]any{"value": name}}, "displayName": display, "title": long(4096)})
		if w := d.send(d.ctx, http.MethodPost, "/v2/Users", string(body)); w.Code != http.StatusCreated {
			t.Fatalf("%d %.200s", w.Code, w.Body)
		}
		all, start := []rune(display), string([]rune(display)[:511])
		d.send(d.ctx, http.MethodPost, "/v2/Users", `{"userName":"short","displayName":"`+start+`"}`)
		for filter, want := range map[string]int{
			`userName eq "` + name + `"`: 1, `externalId eq "` + name + `"`: 1, `emails.value eq "` + name + `"`: 1,
			`displayName eq "` + start + `"`: 1, `displayName sw "` + start + `"`: 2,
			`displayName eq "` + string(all[:512]) + `"`: 0, `displayName sw "` + string(all[:512]) + `"`: 1, `displayName sw "` + string(all[:513]) + `"`: 1, `displayName sw "` + string(all[:512]) + `x"`: 0,
			`displayName ew "äöü"`: 1, `displayName co "` + string(all[700:720]) + `"`: 1, `displayName co "` + string(all[:20]) + `"`: 2, `displayName ge "` + string(all[:600]) + `"`: 1,
		} {
			var list struct{ TotalResults int }
			w := d.send(d.ctx, http.MethodPost, "/v2/Users/.search", search(filter))
			if err := json.Unmarshal(w.Body.Bytes(), &list); err != nil || list.TotalResults != want {
				t.Errorf("%.40s (%d): %d found, want %d: %.200s", filter, len(filter), list.TotalResults, want, w.Body)
			}
		}
		if w := d.send(d.ctx, http.MethodGet, "/v2/Users?sortBy=displayName&count=1&filter="+url.QueryEscape("title pr"), ""); w.Code != http.StatusOK {
			t.Errorf("sorted: %d %.200s", w.Code, w.Body)
		}
	})
}

func search(filter string) string {
	body, _ := json.Marshal(map[string]any{"filter": filter, "count": 0})
	return string(body)
}
