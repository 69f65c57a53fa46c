package purge

import (
	"context"
	"maps"
	"slices"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/generated/accesstoken"
	"github.com/feddir/feddir/ent/generated/account"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/group"
	"github.com/feddir/feddir/ent/generated/idempotencyrecord"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/generated/membership"
	"github.com/feddir/feddir/ent/generated/oauthclient"
	"github.com/feddir/feddir/ent/generated/predicate"
	"github.com/feddir/feddir/ent/generated/session"
	"github.com/feddir/feddir/ent/generated/user"
	"github.com/feddir/feddir/ent/generated/uservalue"
)

// part deletes a batch of one kind of row that an owner has.
type part func(ctx context.Context, owner uuid.UUID) (int, error)

// first deletes a batch of the first kind of row that there is any of.
func first(ctx context.Context, owner uuid.UUID, parts ...part) (int, error) {
	for _, p := range parts {
		if n, err := p(ctx, owner); n > 0 || err != nil {
			return n, err
		}
	}
	return 0, nil
}

// memberships changes members, like all that does, under the lock of their
// groups. Locks are taken in the order of the ids, as everywhere.
func (p *Purger) memberships(ctx context.Context, directoryID uuid.UUID) (int, error) {
	c := p.db.Client(ctx)
	rows, err := c.Membership.Query().Where(membership.DirectoryID(directoryID)).Limit(batch).
		Select(membership.FieldID, membership.FieldGroupID).All(ctx)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	ids, groups := make([]uuid.UUID, len(rows)), make(map[uuid.UUID]bool)
	for i, m := range rows {
		ids[i] = m.ID
		groups[m.GroupID] = true
	}
	if p.db.RowLocks() {
		q := c.Group.Query().Where(group.DirectoryID(directoryID), group.IDIn(slices.Collect(maps.Keys(groups))...)).Order(group.ByID())
		if _, err := q.Modify(entdb.Lock(entdb.NoKeyUpdate)).IDs(ctx); err != nil {
			return 0, err
		}
	}
	return c.Membership.Delete().Where(membership.DirectoryID(directoryID), membership.IDIn(ids...)).Exec(ctx)
}

// userValues deletes values before their users, of whom each may have very
// many: in the order of their users, by which their index goes, and under the
// lock of these.
func (p *Purger) userValues(ctx context.Context, directoryID uuid.UUID) (int, error) {
	c := p.db.Client(ctx)
	rows, err := c.UserValue.Query().Where(uservalue.DirectoryID(directoryID)).Order(uservalue.ByUserID(), uservalue.ByID()).
		Limit(batch).Select(uservalue.FieldID, uservalue.FieldUserID).All(ctx)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	ids, users := make([]uuid.UUID, len(rows)), make(map[uuid.UUID]bool)
	for i, v := range rows {
		ids[i] = v.ID
		users[v.UserID] = true
	}
	if p.db.RowLocks() {
		q := c.User.Query().Where(user.DirectoryID(directoryID), user.IDIn(slices.Collect(maps.Keys(users))...)).Order(user.ByID())
		if _, err := q.Modify(entdb.Lock(entdb.NoKeyUpdate)).IDs(ctx); err != nil {
			return 0, err
		}
	}
	return c.UserValue.Delete().Where(
		uservalue.DirectoryID(directoryID), uservalue.UserIDGTE(rows[0].UserID), uservalue.UserIDLTE(rows[len(rows)-1].UserID), uservalue.IDIn(ids...),
	).Exec(ctx)
}

func (p *Purger) users(ctx context.Context, directoryID uuid.UUID) (int, error) {
	c := p.db.Client(ctx)
	q := c.User.Query().Order(user.ByID())
	q.Modify(entdb.Lock(sql.LockUpdate))
	return deleteSome(ctx, q, c.User.Delete(), user.DirectoryID(directoryID))
}

func (p *Purger) groups(ctx context.Context, directoryID uuid.UUID) (int, error) {
	c := p.db.Client(ctx)
	q := c.Group.Query().Order(group.ByID())
	q.Modify(entdb.Lock(sql.LockUpdate))
	return deleteSome(ctx, q, c.Group.Delete(), group.DirectoryID(directoryID))
}

func (p *Purger) changes(ctx context.Context, companyID uuid.UUID) (int, error) {
	c := p.db.Client(ctx)
	return deleteSome(ctx, c.Change.Query(), c.Change.Delete(), change.CompanyID(companyID))
}

// idempotencyRecords are the answers of mutations that could be sent again.
func (p *Purger) idempotencyRecords(ctx context.Context, companyID uuid.UUID) (int, error) {
	c := p.db.Client(ctx)
	return deleteSome(ctx, c.IdempotencyRecord.Query(), c.IdempotencyRecord.Delete(), idempotencyrecord.CompanyID(companyID))
}

func (p *Purger) sessions(ctx context.Context, companyID uuid.UUID) (int, error) {
	c := p.db.Client(ctx)
	return deleteSome(ctx, c.Session.Query(), c.Session.Delete(), session.CompanyID(companyID))
}

// accounts go with the few passkeys and identities that each has.
func (p *Purger) accounts(ctx context.Context, companyID uuid.UUID) (int, error) {
	c := p.db.Client(ctx)
	return deleteSome(ctx, c.Account.Query(), c.Account.Delete(), account.CompanyID(companyID))
}

// credentials deletes a batch of each kind of what opens a company, or a
// directory of it. Nothing of a kind is deleted while more than a batch of what
// refers to it may be left, since the database would delete that with it. Clients
// are locked before keys, as whoever issues a token locks them, and rows in the
// order of their ids, as uses of keys are written.
func (p *Purger) credentials(ctx context.Context, o owner) (deleted int, err error) {
	c := p.db.Client(ctx)
	owned := sql.FieldEQ("company_id", o.company)
	if o.id != o.company {
		owned = sql.AndPredicates(owned, sql.FieldEQ("directory_id", o.id))
	}
	tokens, keys, clients := c.AccessToken.Query().Order(accesstoken.ByID()), c.Key.Query().Order(key.ByID()), c.OAuthClient.Query().Order(oauthclient.ByID())
	if p.db.RowLocks() {
		if _, err := clients.Clone().Where(owned).Limit(batch).Modify(entdb.Lock(sql.LockUpdate)).IDs(ctx); err != nil {
			return 0, err
		}
		tokens.Modify(entdb.Lock(sql.LockUpdate))
		keys.Modify(entdb.Lock(sql.LockUpdate))
	}
	for _, some := range []func() (int, error){
		func() (int, error) {
			return deleteSome(ctx, tokens, c.AccessToken.Delete(), predicate.AccessToken(owned))
		},
		func() (int, error) { return deleteSome(ctx, keys, c.Key.Delete(), predicate.Key(owned)) },
		func() (int, error) {
			return deleteSome(ctx, clients, c.OAuthClient.Delete(), predicate.OAuthClient(owned))
		},
	} {
		n, err := some()
		if deleted += n; n == batch || err != nil {
			return deleted, err
		}
	}
	return deleted, nil
}
