package graph

import (
	"context"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/user"
	"github.com/feddir/feddir/ent/generated/uservalue"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/search"
)

// The terms of a new user are written with it, by the statement that writes
// its other values. Those of a user that changes follow within a second, so
// that a change costs no more statements than it did; a search looks at people
// as they are and shows nobody for what they were. The same work catches up on
// people who were there before they could be searched for.

// followBatch is how many people's terms are written in one transaction.
const followBatch = 100

// termsOf returns the rows of a user that are there for searches alone.
func termsOf(a schematype.UserAttributes) map[userValue]bool {
	values := make(map[userValue]bool)
	for _, t := range search.Terms(&a) {
		values[userValue{attribute: termAttributes[t.Kind][0], value: t.Text}] = true
	}
	return values
}

// searchable are the attributes that terms are made of.
var searchable = []string{"userName", "displayName", "name", "nickName", "title", "department", "emails", "phoneNumbers"}

// FollowSearch writes the terms of people that changed, or were never written,
// and returns of how many. Several replicas may do it at the same time.
func (r *Resolver) FollowSearch(ctx context.Context) (int, error) {
	ctx = viewer.WithSystem(ctx, viewer.Search)
	for done := 0; ; {
		n, err := inTx(ctx, r, r.followSome)
		done += n
		if err != nil || n < followBatch {
			return done, err
		}
	}
}

// unfollowed holds for the users whose terms are not those of their version.
func unfollowed(s *sql.Selector) {
	s.Where(sql.ColumnsNEQ(s.C(user.FieldSearchVersion), s.C(user.FieldVersion)))
}

func (r *Resolver) followSome(ctx context.Context) (int, error) {
	client := r.client(ctx)
	q := client.User.Query().Where(unfollowed).Limit(followBatch)
	if r.rowLocks() {
		q.ForUpdate(sql.WithLockAction(sql.SkipLocked))
	}
	users, err := q.All(ctx)
	if err != nil || len(users) == 0 {
		return 0, err
	}
	for _, of := range byDirectory(users) {
		if err := r.rewriteValues(ctx, of); err != nil {
			return 0, err
		}
	}
	return len(users), nil
}

func byDirectory(users []*ent.User) map[uuid.UUID][]*ent.User {
	groups := make(map[uuid.UUID][]*ent.User)
	for _, u := range users {
		groups[u.DirectoryID] = append(groups[u.DirectoryID], u)
	}
	return groups
}

// rewriteValues writes all values of users of one directory anew. To delete
// some of a user's rows by their attribute would look simpler, and has
// PostgreSQL read all rows of the attribute where it has no statistics.
func (r *Resolver) rewriteValues(ctx context.Context, users []*ent.User) error {
	client, first := r.client(ctx), users[0]
	ids := make([]uuid.UUID, len(users))
	var rows []valueRow
	for i, u := range users {
		ids[i] = u.ID
		a := AttributesOf(u)
		for _, values := range []map[userValue]bool{valuesOf(a), termsOf(a)} {
			for v := range values {
				rows = append(rows, newValueRow(u.ID, v))
			}
		}
	}
	if _, err := client.UserValue.Delete().Where(uservalue.DirectoryID(first.DirectoryID), uservalue.UserIDIn(ids...)).Exec(ctx); err != nil {
		return err
	}
	if err := r.insertValues(ctx, first.CompanyID, first.DirectoryID, rows); err != nil {
		return err
	}
	return client.User.Update().Where(user.DirectoryID(first.DirectoryID), user.IDIn(ids...)).
		Modify(func(u *sql.UpdateBuilder) { u.Set(user.FieldSearchVersion, sql.Expr(user.FieldVersion)) }).Exec(ctx)
}

// toFollow wakes the work when the transaction of ctx has committed.
func (r *Resolver) toFollow(ctx context.Context) {
	entdb.OnCommit(ctx, r.follow.Notify)
}
