package auth

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/viewer"
)

// A look-up that began before a key was revoked may have read what was true
// then; nothing of it may stay.
func TestForgottenWhileItIsLookedUp(t *testing.T) {
	t.Parallel()
	c, now, id := newCache(), time.Now(), uuid.New()
	_, generation := c.get(digest{}, now)
	c.forget(id)
	c.put(digest{}, &entry{&grant{viewer: viewer.Viewer{KeyID: id}}, now}, generation)
	if e, _ := c.get(digest{}, now); e != nil {
		t.Error("an outcome from before is remembered")
	}
}

func TestForgetMeansKeyDirectoryOrCompany(t *testing.T) {
	t.Parallel()
	v := viewer.Viewer{KeyID: uuid.New(), DirectoryID: uuid.New(), CompanyID: uuid.New()}
	for id, gone := range map[uuid.UUID]bool{v.KeyID: true, v.DirectoryID: true, v.CompanyID: true, uuid.New(): false} {
		c, now := newCache(), time.Now()
		c.put(digest{}, &entry{&grant{viewer: v}, now}, 0)
		c.forget(id)
		if e, _ := c.get(digest{}, now); (e == nil) != gone {
			t.Errorf("forgotten: %v, want %v", e == nil, gone)
		}
	}
}

// A flood of bad secrets takes bounded memory and pushes out no good key.
func TestCacheIsBounded(t *testing.T) {
	t.Parallel()
	c, now := newCache(), time.Now()
	good := digest{0xff}
	c.put(good, &entry{&grant{}, now}, 0)
	for i := range 3 * maxCached {
		var d digest
		binary.BigEndian.PutUint32(d[1:], uint32(i))
		c.put(d, &entry{nil, now}, 0)
	}
	if n := c.unknown.Len(); n > maxCached {
		t.Errorf("%d digests of no key are remembered", n)
	}
	if e, _ := c.get(good, now); e == nil {
		t.Error("a good key was pushed out")
	}
}
