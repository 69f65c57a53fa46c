package scimadapter_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// E-228: who does not exist is named, which takes a body that was read.
func TestMembersWithAllThatGoesWithThem(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d *directory) {
		var b strings.Builder
		b.WriteString(`{"displayName":"Everybody","members":[{"value":"nobody"}`)
		for i := range 19_000 {
			fmt.Fprintf(&b, `,{"value":"01a22f13-5be4-7676-bc04-%012d","display":"Ada Number %d","type":"User","$ref":"https://directory.example/v2/Users/01a22f13-5be4-7676-bc04-%012d"}`, i, i, i)
		}
		b.WriteString("]}")
		if w := d.send(d.ctx, http.MethodPost, "/v2/Groups", b.String()); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "nobody") {
			t.Errorf("%d bytes: %d %s", b.Len(), w.Code, w.Body)
		}
		if w := d.send(d.ctx, http.MethodPost, "/v2/Groups", `{"displayName":"`+strings.Repeat("x", 4<<20)+`"}`); w.Code != http.StatusRequestEntityTooLarge {
			t.Errorf("beyond the limit: %d", w.Code)
		}
	})
}
