package scimadapter

import (
	"bytes"
	"net/http"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/internal/cache"
)

// The response cache keeps at most maxCached users, each with a body of at most
// maxCachedBody bytes. [Config] bounds the bytes of all of them.
const (
	maxCached     = 1 << 17
	maxCachedBody = 8 << 10
)

// DefaultResponseCacheBytes is enough for some 100,000 users.
const DefaultResponseCacheBytes = 160 << 20

// representation is the cached answer of a user in one version. It is answered
// again if the database says that the user still has this version. That holds
// on every replica and costs a fraction of reading the user.
type representation struct {
	version  int64
	userName string
	body     []byte
}

// entrySize estimates the bytes that a representation takes beside its texts.
const entrySize = 192

func (p representation) size() int64 { return int64(len(p.body)+len(p.userName)) + entrySize }

// responseCache holds representations by directory and user. Directories have
// shares, so that one that reads all its users does not evict those of others.
type responseCache = cache.Cache[uuid.UUID, uuid.UUID, representation]

func newResponseCache(bytes int64) *responseCache {
	return cache.New[uuid.UUID, uuid.UUID, representation](cache.Config{Entries: maxCached, Cost: bytes})
}

// cachedUser answers a user from the response cache. It returns nil if the
// cache has no current representation, or if the request wants a part of one.
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

// cacheUser adds a user to the response cache. The buffer of o holds the whole
// user and nothing else, unless a part of it was sent already.
func (a *adapter) cacheUser(u *ent.User, o *output) {
	if !o.sent && o.buf.Len() <= maxCachedBody {
		p := representation{u.Version, u.UserName, bytes.Clone(o.buf.Bytes())}
		a.responses.Add(u.DirectoryID, u.ID, p, p.size())
	}
}
