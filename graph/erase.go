package graph

import (
	"context"
	"errors"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/company"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/group"
	"github.com/feddir/feddir/ent/generated/idempotencyrecord"
	"github.com/feddir/feddir/ent/generated/membership"
	"github.com/feddir/feddir/ent/generated/user"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/internal/apierror"
)

const (
	// defaultErasedAtOnce is how many rows of a kind go with their directory or
	// company in one statement. That many take well below a second.
	defaultErasedAtOnce = 10_000
	maxErased           = 1000 // rows that are deleted in one transaction otherwise
)

// eraseSoon lets [Resolver.Erase] begin once the transaction of ctx has
// committed.
func (r *Resolver) eraseSoon(ctx context.Context) { entdb.OnCommit(ctx, r.closed.Notify) }

// Erase deletes what deleted directories and companies held, in transactions
// so small that others get their turn between, and returns how much that was.
// When it is interrupted the next one goes on, here or on another replica.
func (r *Resolver) Erase(ctx context.Context) (int, error) {
	ctx = viewer.WithSystem(ctx, viewer.Erase)
	companies, err := r.client(ctx).Company.Query().Where(company.StateEQ(company.StateDELETING)).IDs(ctx)
	if err != nil {
		return 0, err
	}
	for _, id := range companies { // once more, for what was on its way when they were deleted
		if err := r.InTx(ctx, func(ctx context.Context) error { return r.shutCompany(ctx, id) }); err != nil {
			return 0, err
		}
	}
	directories, err := r.client(ctx).Directory.Query().Where(directory.StateEQ(directory.StateDELETING)).All(ctx)
	if err != nil {
		return 0, err
	}
	erased, failed := 0, []error{}
	repeat := func(part func(context.Context) (int, error)) {
		for n, err := 1, error(nil); n > 0 && err == nil; {
			if n, err = inTx(ctx, r, part); err != nil {
				failed = append(failed, err) // and on with the next
			}
			erased += n
		}
	}
	for _, d := range directories {
		repeat(func(ctx context.Context) (int, error) { return r.eraseFromDirectory(ctx, d) })
	}
	for _, id := range companies {
		repeat(func(ctx context.Context) (int, error) { return r.eraseFromCompany(ctx, id) })
	}
	return erased, errors.Join(failed...)
}

// eraseFromDirectory deletes some of what a directory holds, the directory when
// it holds nothing, and nothing when that is done. Replicas take turns on its row.
func (r *Resolver) eraseFromDirectory(ctx context.Context, d *ent.Directory) (int, error) {
	if err := r.lockDirectory(ctx, d.ID); err != nil {
		return 0, err
	}
	if n, err := eraseFirst(ctx, d.ID, r.eraseMemberships, r.eraseUsers, r.eraseGroups); n > 0 || err != nil {
		return n, err
	}
	// Who is just writing into the directory keeps it until that is committed.
	q := r.client(ctx).Directory.Query().Where(directory.CompanyID(d.CompanyID), directory.ID(d.ID))
	if r.rowLocks() {
		q.ForUpdate()
	}
	if ids, err := q.IDs(ctx); err != nil || len(ids) == 0 {
		return 0, err
	}
	empty, err := r.isEmpty(ctx, d.ID)
	if err != nil || !empty {
		r.eraseSoon(ctx)
		return 0, err
	}
	return r.client(ctx).Directory.Delete().Where(directory.CompanyID(d.CompanyID), directory.ID(d.ID)).Exec(ctx)
}

func (r *Resolver) isEmpty(ctx context.Context, directoryID uuid.UUID) (bool, error) {
	users, err := r.client(ctx).User.Query().Where(user.DirectoryID(directoryID)).Exist(ctx)
	if users || err != nil {
		return false, err
	}
	groups, err := r.client(ctx).Group.Query().Where(group.DirectoryID(directoryID)).Exist(ctx)
	return !groups, err
}

// eraseFromCompany is like eraseFromDirectory. It waits for directories that
// another replica erases, which goes on with the company itself.
func (r *Resolver) eraseFromCompany(ctx context.Context, id uuid.UUID) (int, error) {
	if _, err := r.findCompany(ctx, id); err != nil {
		if CodeOf(err) == apierror.NotFound {
			err = nil
		}
		return 0, err
	}
	left, err := r.client(ctx).Directory.Query().Where(directory.CompanyID(id)).Exist(ctx)
	if left || err != nil {
		return 0, err
	}
	if n, err := eraseFirst(ctx, id, r.eraseChanges, r.eraseAnswers); n > 0 || err != nil {
		return n, err
	}
	n, err := r.client(ctx).Company.Delete().Where(company.ID(id)).Exec(ctx)
	if err != nil {
		return n, err
	}
	// Of whom the deletion had to wait for just now.
	_, err = r.client(ctx).Change.Delete().Where(change.CompanyID(id)).Exec(ctx)
	return n, err
}

// eraseFirst deletes some rows of the first kind that there are any of.
func eraseFirst(ctx context.Context, owner uuid.UUID, kinds ...func(context.Context, uuid.UUID) (int, error)) (int, error) {
	for _, erase := range kinds {
		if n, err := erase(ctx, owner); n > 0 || err != nil {
			return n, err
		}
	}
	return 0, nil
}

// eraseMemberships, like all that changes members, does so under the lock of
// their groups.
func (r *Resolver) eraseMemberships(ctx context.Context, directoryID uuid.UUID) (int, error) {
	client := r.client(ctx)
	rows, err := client.Membership.Query().Where(membership.DirectoryID(directoryID)).Limit(maxErased).
		Select(membership.FieldID, membership.FieldGroupID).All(ctx)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	ids, groups := make([]uuid.UUID, len(rows)), make([]uuid.UUID, len(rows))
	for i, m := range rows {
		ids[i], groups[i] = m.ID, m.GroupID
	}
	if r.rowLocks() {
		q := client.Group.Query().Where(group.DirectoryID(directoryID), group.IDIn(distinct(groups)...)).Order(group.ByID())
		q.Modify(func(s *sql.Selector) { s.For(forNoKeyUpdate) })
		if _, err := q.IDs(ctx); err != nil {
			return 0, err
		}
	}
	return client.Membership.Delete().Where(membership.DirectoryID(directoryID), membership.IDIn(ids...)).Exec(ctx)
}

func (r *Resolver) eraseUsers(ctx context.Context, directoryID uuid.UUID) (int, error) {
	client := r.client(ctx).User
	q := client.Query().Where(user.DirectoryID(directoryID)).Order(user.ByID()).Limit(maxErased)
	if r.rowLocks() {
		q.ForUpdate()
	}
	ids, err := q.IDs(ctx)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	return client.Delete().Where(user.DirectoryID(directoryID), user.IDIn(ids...)).Exec(ctx)
}

func (r *Resolver) eraseGroups(ctx context.Context, directoryID uuid.UUID) (int, error) {
	client := r.client(ctx).Group
	q := client.Query().Where(group.DirectoryID(directoryID)).Order(group.ByID()).Limit(maxErased)
	if r.rowLocks() {
		q.ForUpdate()
	}
	ids, err := q.IDs(ctx)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	return client.Delete().Where(group.DirectoryID(directoryID), group.IDIn(ids...)).Exec(ctx)
}

func (r *Resolver) eraseChanges(ctx context.Context, companyID uuid.UUID) (int, error) {
	client := r.client(ctx).Change
	ids, err := client.Query().Where(change.CompanyID(companyID)).Limit(maxErased).IDs(ctx)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	return client.Delete().Where(change.CompanyID(companyID), change.IDIn(ids...)).Exec(ctx)
}

// eraseAnswers deletes what is kept of mutations that could be sent again.
func (r *Resolver) eraseAnswers(ctx context.Context, companyID uuid.UUID) (int, error) {
	client := r.client(ctx).IdempotencyRecord
	ids, err := client.Query().Where(idempotencyrecord.CompanyID(companyID)).Limit(maxErased).IDs(ctx)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	return client.Delete().Where(idempotencyrecord.CompanyID(companyID), idempotencyrecord.IDIn(ids...)).Exec(ctx)
}
