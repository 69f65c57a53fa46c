package auth_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb/sqlconn"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/internal/auth"
)

func TestKeysOpenTheirSurfaceAndNoOther(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		s := x.serve(t, auth.Config{})
		company := x.directory.CompanyID
		for _, c := range []struct {
			path, token string
			status      int
			viewer      *viewer.Viewer
		}{
			{"/v2/Users", x.directoryText, 200, &viewer.Viewer{Kind: viewer.DirectoryKey, CompanyID: company,
				DirectoryID: x.directory.ID, KeyID: x.directoryKey.ID, Source: viewer.SourceSCIM}},
			{"/graphql", x.apiText, 200, &viewer.Viewer{Kind: viewer.APIKey, CompanyID: company,
				KeyID: x.apiKey.ID, Scopes: []viewer.Scope{viewer.ScopeRead}, Source: viewer.SourceAPI}},
			{"/graphql", x.directoryText, 401, nil},
			{"/v2/Users", x.apiText, 401, nil},
			{"/v2/Users", auth.NewSecret(key.KindDIRECTORY).Reveal(), 401, nil},
			{"/graphql", auth.NewSecret(key.KindAPI).Reveal(), 401, nil},
		} {
			if got := s.get(t, c.path, c.token); got != c.status {
				t.Errorf("%s with %.4s…: status %d, want %d", c.path, c.token, got, c.status)
			}
			if !reflect.DeepEqual(s.reached, c.viewer) {
				t.Errorf("%s with %.4s…: viewer %+v, want %+v", c.path, c.token, s.reached, c.viewer)
			}
		}
	})
}

func TestWarmKeyCostsNoStatement(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		s := x.serve(t, auth.Config{})
		statements := func(token string) int {
			ctx, counter := sqlconn.CountStatements(t.Context())
			r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/v2/Users", nil)
			r.Header.Set("Authorization", "Bearer "+token)
			s.do(r)
			return counter.N()
		}
		unknown := auth.NewSecret(key.KindDIRECTORY).Reveal()
		for _, token := range []string{x.directoryText, unknown} {
			if n := statements(token); n != 1 {
				t.Errorf("the first request sent %d statements", n)
			}
			if n := statements(token); n != 0 {
				t.Errorf("the second request sent %d statements", n)
			}
		}
		x.clock.advance(time.Second)
		if n := statements(x.directoryText); n != 1 {
			t.Errorf("after a second %d statements were sent", n)
		}
		if n := statements(unknown[:52] + "!"); n != 0 {
			t.Errorf("a malformed secret cost %d statements", n)
		}
	})
}

func TestRevokedKeyIsRefused(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		here, elsewhere := x.serve(t, auth.Config{}), x.serve(t, auth.Config{})
		for _, s := range []*server{here, elsewhere} {
			if got := s.get(t, "/graphql", x.apiText); got != 200 {
				t.Fatalf("before: status %d", got)
			}
		}
		x.changeKey(t, x.apiKey, func(u *ent.KeyUpdateOne) { u.SetRevokedAt(x.clock.Now()) })
		here.Forget(x.apiKey.ID)
		if got := here.get(t, "/graphql", x.apiText); got != 401 {
			t.Errorf("at once, here: status %d", got)
		}
		x.clock.advance(900 * time.Millisecond)
		if got := elsewhere.get(t, "/graphql", x.apiText); got != 401 {
			t.Errorf("within a second, elsewhere: status %d", got)
		}
	})
}

// The cache must not outlive the key's time.
func TestExpiredKeyIsRefused(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		s := x.serve(t, auth.Config{})
		x.changeKey(t, x.apiKey, func(u *ent.KeyUpdateOne) { u.SetExpiresAt(x.clock.Now().Add(100 * time.Millisecond)) })
		if got := s.get(t, "/graphql", x.apiText); got != 200 {
			t.Errorf("before its end: status %d", got)
		}
		x.clock.advance(100 * time.Millisecond)
		if got := s.get(t, "/graphql", x.apiText); got != 401 {
			t.Errorf("at its end: status %d", got)
		}
	})
}

// E-143, E-140: two keys are good while one replaces the other, and one when that has ended.
func TestRotatedKeysOverlap(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		s := x.serve(t, auth.Config{})
		_, newText := x.addKey(t, key.KindDIRECTORY)
		x.changeKey(t, x.directoryKey, func(u *ent.KeyUpdateOne) { u.SetExpiresAt(x.clock.Now().Add(time.Hour)) })
		if a, b := s.get(t, "/v2/Users", x.directoryText), s.get(t, "/v2/Users", newText); a != 200 || b != 200 {
			t.Errorf("during the overlap: old %d, new %d", a, b)
		}
		x.clock.advance(time.Hour)
		if a, b := s.get(t, "/v2/Users", x.directoryText), s.get(t, "/v2/Users", newText); a != 401 || b != 200 {
			t.Errorf("after the overlap: old %d, new %d", a, b)
		}
	})
}

func TestKeysOfPausedDirectoryOnlyRead(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		s := x.serve(t, auth.Config{})
		if s.get(t, "/v2/Users", x.directoryText); !s.reached.May(viewer.ScopeWrite) {
			t.Error("an active directory's key cannot write")
		}
		x.write(t, func(ctx context.Context, c *ent.Client) error {
			return c.Directory.UpdateOneID(x.directory.ID).SetState(directory.StatePAUSED).Exec(ctx)
		})
		s.Forget(x.directory.ID)
		if s.get(t, "/v2/Users", x.directoryText); !s.reached.May(viewer.ScopeRead) || s.reached.May(viewer.ScopeWrite) {
			t.Error("a paused directory's key must read and not write")
		}
	})
}

// An API key learns with the key itself which directories are being deleted.
func TestDeletedDirectoriesAreGoneForAPIKeys(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		s := x.serve(t, auth.Config{})
		if s.get(t, "/graphql", x.apiText); len(s.reached.DeletedDirectories) != 0 {
			t.Errorf("gone before: %v", s.reached.DeletedDirectories)
		}
		var gone []uuid.UUID
		x.write(t, func(ctx context.Context, c *ent.Client) error {
			for range 2 {
				d, err := c.Directory.Create().SetCompanyID(x.directory.CompanyID).SetName("Gone").SetState(directory.StateDELETING).Save(ctx)
				if err != nil {
					return err
				}
				gone = append(gone, d.ID)
			}
			return nil
		})
		s.Forget(x.directory.CompanyID)
		ctx, counter := sqlconn.CountStatements(t.Context())
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/graphql", nil)
		r.Header.Set("Authorization", "Bearer "+x.apiText)
		if w := s.do(r); w.Code != 200 || counter.N() != 1 {
			t.Fatalf("status %d, %d statements", w.Code, counter.N())
		}
		if got := s.reached.DeletedDirectories; len(got) != 2 || !slices.Contains(got, gone[0]) || !slices.Contains(got, gone[1]) {
			t.Errorf("gone: %v, want %v", got, gone)
		}
		if s.get(t, "/v2/Users", x.directoryText); s.reached == nil || s.reached.DeletedDirectories != nil || s.reached.ReadOnly {
			t.Errorf("a directory key: %+v", s.reached)
		}
	})
}

// A 401 would make an identity provider give up the key; this one passes.
func TestUnreachableDatabaseIsNoWrongKey(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		s := x.serve(t, auth.Config{})
		check(t, x.close())
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v2/Users", nil)
		r.Header.Set("Authorization", "Bearer "+x.directoryText)
		w := s.do(r)
		if w.Code != 503 || w.Header().Get("Retry-After") == "" || s.reached != nil {
			t.Errorf("status %d, header %v", w.Code, w.Header())
		}
	})
}

func TestPepperIsPartOfTheDigest(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		if got := x.serve(t, auth.Config{Pepper: []byte("sixteen bytes or more")}).get(t, "/v2/Users", x.directoryText); got != 401 {
			t.Errorf("a key made without the pepper: status %d", got)
		}
		if _, err := auth.New(x.db, auth.Config{Pepper: []byte("short")}); err == nil {
			t.Error("a short pepper was taken")
		}
	})
}
