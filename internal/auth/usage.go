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

	"entgo.io/ent/dialect/sql"
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

// use is the last use of a key or session, or the last request with a key that has
// ended.
type use struct {
	companyID, id  uuid.UUID
	kind           useKind
	at             time.Time
	address, agent string

	first time.Time // of those that are not written yet
	times int64     // how many these are
}

type useKind int

const (
	ofKey useKind = iota
	ofSession
	refused
)

// useOf tells what is used in which way.
type useOf struct {
	id   uuid.UUID
	kind useKind
}

func (u use) of() useOf { return useOf{u.id, u.kind} }

// before returns the later use with those of u counted.
func (u use) before(later use) use {
	later.first, later.times = u.first, u.times+later.times
	return later
}

// usage writes when and from where keys were last used, or refused because they had
// ended, in batches and outside requests. A crash loses the uses of the last seconds.
type usage struct {
	db      *entdb.DB
	cfg     Config
	mu      sync.Mutex
	pending map[useOf]use
}

func newUsage(db *entdb.DB, cfg Config) *usage {
	return &usage{db: db, cfg: cfg, pending: make(map[useOf]use)}
}

// record adds a use of v's key or session.
func (u *usage) record(v viewer.Viewer, address, agent string) {
	if v.Kind == viewer.Account {
		u.add(use{companyID: v.CompanyID, id: v.SessionID, kind: ofSession, address: address, agent: agent})
		return
	}
	u.add(use{companyID: v.CompanyID, id: v.KeyID, address: address, agent: agent})
}

// recordRefused adds a request with v's key, which has ended.
func (u *usage) recordRefused(v viewer.Viewer, address, agent string) {
	u.add(use{companyID: v.CompanyID, id: v.KeyID, kind: refused, address: address, agent: agent})
}

// add adds a use. If too many are pending, it ignores the use of what is not among
// them.
func (u *usage) add(used use) {
	used.at = u.cfg.Now().UTC().Truncate(time.Millisecond)
	used.first, used.times = used.at, 1
	u.mu.Lock()
	defer u.mu.Unlock()
	earlier, known := u.pending[used.of()]
	switch {
	case known:
		u.pending[used.of()] = earlier.before(used)
	case len(u.pending) < maxPending:
		u.pending[used.of()] = used
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
	u.pending = make(map[useOf]use)
	u.mu.Unlock()
	// All replicas write in the same order, so that they do not deadlock.
	uses := slices.SortedFunc(maps.Values(pending), func(a, b use) int {
		return cmp.Or(bytes.Compare(a.companyID[:], b.companyID[:]), bytes.Compare(a.id[:], b.id[:]), cmp.Compare(a.kind, b.kind))
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
		if later, known := u.pending[used.of()]; known {
			u.pending[used.of()] = used.before(later)
		} else if len(u.pending) < maxPending {
			u.pending[used.of()] = used
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
	switch used.kind {
	case refused:
		return client.Key.Update().Where(key.ID(used.id), key.CompanyID(used.companyID)).AddRefusedCount(used.times).
			SetLastRefusedAt(used.at).SetLastRefusedAddress(used.address).SetLastRefusedAgent(used.agent).
			Exec(ctx)
	case ofSession:
		return client.Session.Update().
			Where(session.ID(used.id), session.CompanyID(used.companyID), session.LastUsedAtLT(used.at)).
			SetLastUsedAt(used.at).SetAddress(used.address).SetAgent(used.agent).
			Exec(ctx)
	}
	return client.Key.Update().
		Where(key.ID(used.id), key.CompanyID(used.companyID),
			key.Or(key.LastUsedAtIsNil(), key.LastUsedAtLT(used.at))).
		SetLastUsedAt(used.at).SetLastUsedAddress(used.address).SetLastUsedAgent(used.agent).
		Modify(func(s *sql.UpdateBuilder) {
			s.Set(key.FieldFirstUsedAt, sql.ExprFunc(func(b *sql.Builder) {
				b.WriteString("CASE WHEN last_used_at IS NULL THEN ").Arg(used.first).WriteString(" ELSE first_used_at END")
			}))
		}).
		Exec(ctx)
}
