package scimadapter

import (
	"bytes"
	"net/http"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/internal/cache"
)

// What the response cache keeps: so many users at most, and of each no more bytes
// than that. How many bytes in all, [Config] says.
const (
	maxCached     = 1 << 17
	maxCachedBody = 8 << 10
)

// DefaultRecent is how many bytes the response cache takes. It is enough for
// some 100,000 users.
const DefaultRecent = 160 << 20

// representation is a user as it was answered in a version. It is answered again
// once the database has said that this is still the version, which is as true
// as reading the user anew, on every replica, and costs a fraction.
type representation struct {
	version  int64
	userName string
	body     []byte
}

// entrySize is about what a representation takes beside its body.
const entrySize = 192

func (p representation) size() int64 { return int64(len(p.body)+len(p.userName)) + entrySize }

// responseCache keeps representations by their directories and ids, so that a
// directory that reads all its users leaves those of the others.
type responseCache = cache.Cache[uuid.UUID, uuid.UUID, representation]

func newResponseCache(bytes int64) *responseCache {
	return cache.New[uuid.UUID, uuid.UUID, representation](cache.Config{Entries: maxCached, Cost: bytes})
}

// cachedUser answers a user from the response cache, or nil where that has not
// what is asked for, or what is no longer true.
func (a *adapter) cachedUser(r *request, id uuid.UUID) (*response, error) {
	if !r.projection.everything() {
		return nil, nil
	}
	cached, ok := a.responses.Get(r.directoryID, id)
	if !ok {
		return nil, nil
	}
	version, err := a.ops.UserVersion(r.ctx, id)
	if err != nil || version != cached.version {
		a.responses.Remove(r.directoryID, id)
		return nil, err
	}
	r.setTarget(id, cached.userName)
	if r.unchanged(version) {
		return notModified(version), nil
	}
	return &response{status: http.StatusOK, version: versionTag(version), body: func(o *output) error {
		o.buf.Write(cached.body)
		return nil
	}}, nil
}

// cacheUser keeps a user that was written to o, and nothing but it.
func (a *adapter) cacheUser(u *ent.User, o *output) {
	if !o.sent && o.buf.Len() <= maxCachedBody {
		p := representation{u.Version, u.UserName, bytes.Clone(o.buf.Bytes())}
		a.responses.Add(u.DirectoryID, u.ID, p, p.size())
	}
}
