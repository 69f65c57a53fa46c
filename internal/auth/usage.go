package auth

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/generated/session"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
)

const (
	maxPending   = 10_000 // keys whose use is not written yet
	usageBatch   = 100    // keys written in one transaction
	maxAgent     = 200    // characters of a User-Agent
	usageTimeout = 5 * time.Second
)

// use is the last use of a key or session.
type use struct {
	companyID, id  uuid.UUID
	session        bool
	at             time.Time
	address, agent string
}

// usage writes when and from where keys were last used, in batches and outside
// requests. A crash loses the uses of the last seconds.
type usage struct {
	db      *entdb.DB
	cfg     Config
	mu      sync.Mutex
	pending map[uuid.UUID]use // by the id of the key or session
}

func newUsage(db *entdb.DB, cfg Config) *usage {
	return &usage{db: db, cfg: cfg, pending: make(map[uuid.UUID]use)}
}

// record adds a use of v's key or session. If too many are pending, it ignores the
// use of one that is not among them.
func (u *usage) record(v viewer.Viewer, address, agent string) {
	used := use{v.CompanyID, v.KeyID, false, u.cfg.Now().UTC().Truncate(time.Millisecond), address, agent}
	if v.Kind == viewer.Account {
		used.id, used.session = v.SessionID, true
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if _, known := u.pending[used.id]; known || len(u.pending) < maxPending {
		u.pending[used.id] = used
	}
}

// Agent returns the User-Agent of a request in a form that can be stored and
// shown.
func Agent(r *http.Request) string { return schematype.Legible(r.UserAgent(), maxAgent) }

// flush writes the pending uses and returns the number of keys. Uses that cannot
// be written stay pending, and do not stop those of other batches.
func (u *usage) flush(ctx context.Context) (written int, err error) {
	u.mu.Lock()
	pending := u.pending
	u.pending = make(map[uuid.UUID]use)
	u.mu.Unlock()
	// All replicas write in the same order, so that they do not deadlock.
	uses := slices.SortedFunc(maps.Values(pending), func(a, b use) int {
		return cmp.Or(bytes.Compare(a.companyID[:], b.companyID[:]), bytes.Compare(a.id[:], b.id[:]))
	})
	var failed []error
	for batch := range slices.Chunk(uses, usageBatch) {
		if err := u.write(ctx, batch); err != nil {
			u.restore(batch)
			failed = append(failed, err)
			continue
		}
		written += len(batch)
	}
	return written, errors.Join(failed...)
}

func (u *usage) restore(uses []use) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, used := range uses {
		if _, newer := u.pending[used.id]; !newer && len(u.pending) < maxPending {
			u.pending[used.id] = used
		}
	}
}

func (u *usage) write(ctx context.Context, batch []use) error {
	ctx = viewer.WithSystem(ctx, viewer.KeyUsage)
	return u.db.InTx(ctx, func(ctx context.Context) error {
		for _, used := range batch {
			if err := u.writeOne(ctx, used); err != nil {
				return err
			}
		}
		return nil
	})
}

func (u *usage) writeOne(ctx context.Context, used use) error {
	client := u.db.Client(ctx)
	if used.session {
		return client.Session.Update().
			Where(session.ID(used.id), session.CompanyID(used.companyID), session.LastUsedAtLT(used.at)).
			SetLastUsedAt(used.at).SetAddress(used.address).SetAgent(used.agent).
			Exec(ctx)
	}
	return client.Key.Update().
		Where(key.ID(used.id), key.CompanyID(used.companyID),
			key.Or(key.LastUsedAtIsNil(), key.LastUsedAtLT(used.at))).
		SetLastUsedAt(used.at).SetLastUsedAddress(used.address).SetLastUsedAgent(used.agent).
		Exec(ctx)
}
