package scimadapter

import (
	"bytes"
	"net/http"
	"sync/atomic"

	"github.com/google/uuid"
	lru "github.com/hashicorp/golang-lru/v2"

	ent "github.com/feddir/feddir/ent/generated"
)

// What is kept of users that were read lately: so many of them at most, and of
// each no more bytes than that. How many bytes in all, [Config] says.
const (
	maxRecent     = 1 << 17
	maxRecentBody = 8 << 10
)

// DefaultRecent is how many bytes are kept of users that were read lately. It
// is enough for some 100,000 of them.
const DefaultRecent = 160 << 20

// rendition is a user as it was answered in a version. It is answered again
// once the database has said that this is still the version, which is as true
// as reading the user anew, on every replica, and costs a fraction.
type rendition struct {
	version  int64
	userName string
	body     []byte
}

// recent keeps renditions, of which those used last.
type recent struct {
	users *lru.Cache[uuid.UUID, rendition]
	max   int64
	bytes atomic.Int64
}

// entrySize is about what a rendition takes beside its body.
const entrySize = 192

func newRecent(bytes int64) *recent {
	r := &recent{max: bytes}
	users, err := lru.NewWithEvict(maxRecent, func(_ uuid.UUID, gone rendition) { r.bytes.Add(-gone.size()) })
	if err != nil {
		panic(err) // the size is not positive
	}
	r.users = users
	return r
}

func (k rendition) size() int64 { return int64(len(k.body)+len(k.userName)) + entrySize }

func (r *recent) add(id uuid.UUID, k rendition) {
	r.users.Remove(id) // so that what it took is given back
	r.bytes.Add(k.size())
	r.users.Add(id, k)
	for r.bytes.Load() > r.max {
		if _, _, ok := r.users.RemoveOldest(); !ok {
			return
		}
	}
}

// recentUser answers a user from what is kept of it, or nil where that is not
// what is asked for or no longer true.
func (a *adapter) recentUser(r *request, id uuid.UUID) (*response, error) {
	if !r.projection.everything() {
		return nil, nil
	}
	kept, ok := a.recent.users.Get(id)
	if !ok {
		return nil, nil
	}
	version, err := a.ops.UserVersion(r.ctx, id)
	if err != nil || version != kept.version {
		a.recent.users.Remove(id)
		return nil, err
	}
	r.meant(id, kept.userName)
	if r.unchanged(version) {
		return notModified(version), nil
	}
	return &response{status: http.StatusOK, version: versionTag(version), body: func(o *output) error {
		o.buf.Write(kept.body)
		return nil
	}}, nil
}

// keep keeps a user that was written to o, and nothing but it.
func (a *adapter) keep(u *ent.User, o *output) {
	if !o.sent && o.buf.Len() <= maxRecentBody {
		a.recent.add(u.ID, rendition{u.Version, u.UserName, bytes.Clone(o.buf.Bytes())})
	}
}
