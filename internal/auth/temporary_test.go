package auth_test

import (
	"testing"
	"time"

	"github.com/feddir/feddir/internal/auth"
)

// A temporary credential opens its directory until it ends, and is not stored.
func TestTemporaryCredentials(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		s := x.serve(t, auth.Config{})
		temporary, end := s.IssueTemporary(x.directory)
		if status := s.get(t, "/v2/Users", temporary.Reveal()); status != 200 || s.reached.DirectoryID != x.directory.ID {
			t.Errorf("a temporary secret: %d, %+v", status, s.reached)
		}
		if status := s.get(t, "/graphql", temporary.Reveal()); status != 401 {
			t.Errorf("it opens the other API: %d", status)
		}
		end()
		if status := s.get(t, "/v2/Users", temporary.Reveal()); status != 401 {
			t.Errorf("given back: %d", status)
		}
		forgotten, _ := s.IssueTemporary(x.directory)
		x.clock.advance(2 * time.Minute)
		if status := s.get(t, "/v2/Users", forgotten.Reveal()); status != 401 {
			t.Errorf("never given back: %d", status)
		}
	})
}
