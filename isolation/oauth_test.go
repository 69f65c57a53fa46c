package isolation_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/feddir/feddir/cmd/feddir/server"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/model"
)

// The token endpoint must not tell which clients there are, and a secret opens
// its own client alone.
func TestTokenEndpointTellsNothingOfOthers(t *testing.T) {
	t.Parallel()
	w := build(t)
	db := w.open(t)
	ops := graph.New(db, graph.Config{}).Operations()
	made := must(ops.CreateOAuthClient(viewer.WithOperator(t.Context()), model.CreateOAuthClientInput{
		DirectoryID: w.ours.directory, Name: "ours", TokenLifetimeSeconds: 3600, WithSecret: true,
	}))
	db.Close()
	before := w.rowsOf(t, w.theirs.company)
	h := w.serve(t, server.Config{}).Handler()
	ask := func(clientID string) answer {
		form := url.Values{"grant_type": {"client_credentials"}, "client_id": {clientID}, "client_secret": {*made.ClientSecret}}
		r := httptest.NewRequest(http.MethodPost, "/v2/Login/Oauth2/Token", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("X-Request-Id", "isolation-test")
		recorder := httptest.NewRecorder()
		h.ServeHTTP(recorder, r)
		return answer{recorder.Code, recorder.Header(), recorder.Body.String()}
	}
	if own := ask(made.Client.ID.String()); own.status != http.StatusOK {
		t.Fatalf("our own client got no token: %+v", own)
	}
	malformed := ask("no id")
	for _, f := range []*folder{&w.theirs, &w.sibling} { // few, for guesses are counted
		id := f.oauthClient
		foreign, nothing := ask(id.String()), ask(absent(id).String())
		if got := foreign.text(id.String()); got != nothing.text(absent(id).String()) || got != malformed.text("no id") || foreign.status != http.StatusUnauthorized {
			t.Errorf("the client of %s is told from nothing: %+v, %+v, %+v", f.mark, foreign, nothing, malformed)
		}
		if leaks := foreign.leaks(id.String(), &w.theirs, &w.sibling); len(leaks) > 0 {
			t.Errorf("it tells %v", leaks)
		}
	}
	unchanged(t, before, w.rowsOf(t, w.theirs.company))
}
