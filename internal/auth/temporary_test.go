package auth_test

import (
	"testing"
	"time"

	"github.com/feddir/feddir/internal/auth"
)

// A lent secret opens its directory while it is lent, and leaves no trace.
func TestLentSecrets(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		s := x.serve(t, auth.Config{})
		lent, end := s.IssueTemporary(x.directory)
		if status := s.get(t, "/v2/Users", lent.Reveal()); status != 200 || s.reached.DirectoryID != x.directory.ID {
			t.Errorf("a lent secret: %d, %+v", status, s.reached)
		}
		if status := s.get(t, "/graphql", lent.Reveal()); status != 401 {
			t.Errorf("it opens the other API: %d", status)
		}
		end()
		if status := s.get(t, "/v2/Users", lent.Reveal()); status != 401 {
			t.Errorf("given back: %d", status)
		}
		forgotten, _ := s.IssueTemporary(x.directory)
		x.clock.advance(2 * time.Minute)
		if status := s.get(t, "/v2/Users", forgotten.Reveal()); status != 401 {
			t.Errorf("never given back: %d", status)
		}
	})
}
