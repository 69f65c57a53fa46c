package scimadapter

import (
	"bytes"
	"net/http"

	"github.com/google/uuid"
	lru "github.com/hashicorp/golang-lru/v2"

	ent "github.com/feddir/feddir/ent/generated"
)

// What is kept of users that were read lately: so many of them, and of each no
// more bytes than that.
const (
	maxRecent     = 8192
	maxRecentBody = 8 << 10
)

// rendition is a user as it was answered in a version. It is answered again
// once the database has said that this is still the version, which is as true
// as reading the user anew, on every replica, and costs a fraction.
type rendition struct {
	version  int64
	userName string
	body     []byte
}

type recent = lru.Cache[uuid.UUID, rendition]

func newRecent() *recent {
	kept, err := lru.New[uuid.UUID, rendition](maxRecent)
	if err != nil {
		panic(err) // the size is not positive
	}
	return kept
}

// recentUser answers a user from what is kept of it, or nil where that is not
// what is asked for or no longer true.
func (a *adapter) recentUser(r *request, id uuid.UUID) (*response, error) {
	if !r.projection.everything() {
		return nil, nil
	}
	kept, ok := a.recent.Get(id)
	if !ok {
		return nil, nil
	}
	version, err := a.ops.UserVersion(r.ctx, id)
	if err != nil || version != kept.version {
		a.recent.Remove(id)
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
		a.recent.Add(u.ID, rendition{u.Version, u.UserName, bytes.Clone(o.buf.Bytes())})
	}
}
