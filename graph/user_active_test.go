package graph_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/graph"
)

// A user is active where nothing else is said, as over SCIM.
func TestUserIsMadeActive(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		body := `{"query":"mutation { createUser(input: {directoryId: \"` + w.directory.ID.String() + `\", userName: \"ada\"}) { user { active } } }"}`
		request := httptest.NewRequestWithContext(w.api, http.MethodPost, "/graphql", strings.NewReader(body))
		request.Header.Set("Content-Type", "application/json")
		answer := httptest.NewRecorder()
		graph.New(db, graph.Config{}).Handler().ServeHTTP(answer, request)
		if got := answer.Body.String(); !strings.Contains(got, `"active":true`) {
			t.Error(got)
		}
	})
}
