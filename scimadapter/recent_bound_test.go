package scimadapter

import (
	"testing"

	"github.com/google/uuid"
)

// What is kept stays within its bytes, and what was used last stays.
func TestRecentIsBounded(t *testing.T) {
	t.Parallel()
	kept := rendition{version: 1, userName: "ada", body: make([]byte, 1000)}
	r := newRecent(10 * kept.size())
	var last uuid.UUID
	for range 100 {
		last = uuid.New()
		r.add(last, kept)
		r.add(last, kept) // the same anew takes no more
	}
	if n, bytes := r.users.Len(), r.bytes.Load(); n != 10 || bytes != r.max {
		t.Errorf("%d users in %d bytes, want 10 in %d", n, bytes, r.max)
	}
	if _, ok := r.users.Get(last); !ok {
		t.Error("the last one is not kept")
	}
}
