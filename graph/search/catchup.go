package search

import (
	"context"
	"errors"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/user"
	"github.com/feddir/feddir/ent/generated/uservalue"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
)

// The terms of a new user are written with it, by the statement that writes
// its other values. Those of a user that changes follow within a second, so
// that a change costs no more statements than it did; a search looks at people
// as they are and shows nobody for what they were. The same work catches up on
// people who were there before they could be searched for.

// catchUpBatch is how many people's terms are written in one transaction.
const catchUpBatch = 100

// termsOf returns the rows of a user that are there for searches alone.
func termsOf(a schematype.UserAttributes) map[value]bool {
	values := make(map[value]bool)
	for _, t := range Terms(&a) {
		values[value{attribute: termAttributes[t.Kind][0], key: t.Text}] = true
	}
	return values
}

// CatchUp writes the terms of people that changed, or were never written, and
// returns of how many. Several replicas may do it at the same time. Somebody
// whose terms cannot be written keeps nobody else from being found.
func (x *Index) CatchUp(ctx context.Context) (done int, err error) {
	ctx = viewer.WithSystem(ctx, viewer.Search)
	var failed []error
	var after *ent.User
	for limit := catchUpBatch; ; {
		users, err := x.reindexBehind(ctx, after, limit)
		switch {
		case err == nil && len(users) < limit:
			return done + len(users), errors.Join(failed...)
		case err == nil:
			done += len(users)
		case len(users) == 0 || ctx.Err() != nil: // none could be read
			return done, errors.Join(append(failed, err)...)
		case limit > 1:
			limit = 1 // to find whose terms cannot be written
			continue
		default:
			failed = append(failed, err)
			limit = catchUpBatch
		}
		after = users[len(users)-1]
	}
}

// stale holds for the users whose terms are not those of their version, behind
// one of them in the order of their index.
func stale(after *ent.User) func(*sql.Selector) {
	return func(s *sql.Selector) {
		s.Where(sql.ColumnsNEQ(s.C(user.FieldSearchVersion), s.C(user.FieldVersion)))
		order := []string{s.C(user.FieldCompanyID), s.C(user.FieldDirectoryID), s.C(user.FieldID)}
		if after != nil {
			s.Where(sql.CompositeGT(order, after.CompanyID, after.DirectoryID, after.ID))
		}
		s.OrderBy(order...)
	}
}

// reindexBehind writes the terms of the first people behind one, in a
// transaction, and returns whose those were, also where it fails.
func (x *Index) reindexBehind(ctx context.Context, after *ent.User, limit int) (users []*ent.User, err error) {
	err = x.db.InTx(ctx, func(ctx context.Context) (err error) {
		q := x.db.Client(ctx).User.Query().Where(stale(after)).Limit(limit)
		if users, err = q.Modify(entdb.Lock(sql.LockUpdate, sql.WithLockAction(sql.SkipLocked))).All(ctx); err != nil {
			return err
		}
		for _, of := range byDirectory(users) {
			if err := x.rewrite(ctx, of); err != nil {
				return err
			}
		}
		return nil
	})
	return users, err
}

func byDirectory(users []*ent.User) map[uuid.UUID][]*ent.User {
	groups := make(map[uuid.UUID][]*ent.User)
	for _, u := range users {
		groups[u.DirectoryID] = append(groups[u.DirectoryID], u)
	}
	return groups
}

// rewrite writes all values of users of one directory anew. To delete
// some of a user's rows by their attribute would look simpler, and has
// PostgreSQL read all rows of the attribute where it has no statistics.
func (x *Index) rewrite(ctx context.Context, users []*ent.User) error {
	client, first := x.db.Client(ctx), users[0]
	ids := make([]uuid.UUID, len(users))
	var rows []row
	for i, u := range users {
		ids[i] = u.ID
		a := x.attributesOf(u)
		for _, values := range []map[value]bool{valuesOf(a), termsOf(a)} {
			for v := range values {
				rows = append(rows, newRow(u.ID, v))
			}
		}
	}
	if _, err := client.UserValue.Delete().Where(uservalue.DirectoryID(first.DirectoryID), uservalue.UserIDIn(ids...)).Exec(ctx); err != nil {
		return err
	}
	if err := x.insert(ctx, first.CompanyID, first.DirectoryID, rows); err != nil {
		return err
	}
	return client.User.Update().Where(user.DirectoryID(first.DirectoryID), user.IDIn(ids...)).
		Modify(func(u *sql.UpdateBuilder) { u.Set(user.FieldSearchVersion, sql.Expr(user.FieldVersion)) }).Exec(ctx)
}
