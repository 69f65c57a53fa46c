package graph

import (
	"context"
	stdsql "database/sql"
	"errors"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/feed"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
)

// foldBatch is how many changes of a company are given their position at a time.
const foldBatch = 1000

// Fold gives committed changes their position in their company's feed and
// folds what they say into the counts of directories. A change that commits
// late gets a later position, so a reader who goes by position misses none.
// Several replicas may fold at the same time: they take turns on a row of the
// company's. It returns how many changes were folded.
func (r *Resolver) Fold(ctx context.Context) (int, error) {
	ctx = viewer.WithSystem(ctx, viewer.Fold)
	var companies []struct {
		CompanyID uuid.UUID `json:"company_id"`
	}
	err := r.client(ctx).Change.Query().Where(change.PositionIsNil()).
		Unique(true).Select(change.FieldCompanyID).Scan(ctx, &companies)
	if err != nil {
		return 0, err
	}
	folded, failed := 0, []error{}
	for _, c := range companies {
		for {
			n, err := inTx(ctx, r, func(ctx context.Context) (int, error) { return r.foldCompany(ctx, c.CompanyID) })
			folded += n
			if err != nil {
				failed = append(failed, err) // and on with the next company
			}
			if err != nil || n < foldBatch {
				break
			}
		}
	}
	return folded, errors.Join(failed...)
}

func (r *Resolver) foldCompany(ctx context.Context, companyID uuid.UUID) (int, error) {
	locked, err := r.lockFeed(ctx, companyID)
	if err != nil {
		return 0, err
	}
	head := locked.Position
	n, err := r.position(ctx, companyID, head)
	if err != nil || n == 0 {
		return 0, err
	}
	if err := r.foldCounts(ctx, companyID, head, head+int64(n)); err != nil {
		return 0, err
	}
	_, err = r.client(ctx).Feed.Update().Where(feed.CompanyID(companyID)).SetPosition(head + int64(n)).Save(ctx)
	return n, err
}

// lockFeed locks the ends of a company's feed and returns them.
func (r *Resolver) lockFeed(ctx context.Context, companyID uuid.UUID) (*ent.Feed, error) {
	client := r.client(ctx)
	read := func() (*ent.Feed, error) {
		q := client.Feed.Query().Where(feed.CompanyID(companyID))
		if r.rowLocks() {
			q.ForUpdate()
		}
		return q.Only(ctx)
	}
	head, err := read()
	if ent.IsNotFound(err) {
		// ent reports a row that another replica has made meanwhile as missing.
		err = client.Feed.Create().SetCompanyID(companyID).OnConflictColumns(feed.FieldCompanyID).DoNothing().Exec(ctx)
		if err == nil || errors.Is(err, stdsql.ErrNoRows) {
			head, err = read()
		}
	}
	return head, err
}

// position numbers the oldest pending changes from head on, in one statement.
func (r *Resolver) position(ctx context.Context, companyID uuid.UUID, head int64) (int, error) {
	res, err := r.client(ctx).ExecContext(ctx, `WITH pending AS (
  SELECT id, row_number() OVER (ORDER BY id) AS n FROM changes WHERE company_id = $1 AND position IS NULL ORDER BY id LIMIT $3
) UPDATE changes SET position = $2 + pending.n FROM pending WHERE changes.company_id = $1 AND changes.id = pending.id`, companyID, head, foldBatch)
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	return int(n), err
}

// foldCounts adds what the changes in (from, to] say to the counts.
func (r *Resolver) foldCounts(ctx context.Context, companyID uuid.UUID, from, to int64) error {
	var sums []struct {
		DirectoryID *uuid.UUID `json:"directory_id"`
		Users       int64      `json:"sum_users"`
		ActiveUsers int64      `json:"sum_active_users"`
		Groups      int64      `json:"sum_groups"`
		Memberships int64      `json:"sum_memberships"`
	}
	client := r.client(ctx)
	sum := func(column, as string) func(*sql.Selector) string {
		return func(s *sql.Selector) string { return sql.As(sql.Sum(s.C(column)), as) }
	}
	err := client.Change.Query().
		Where(change.CompanyID(companyID), change.PositionGT(from), change.PositionLTE(to), change.DirectoryIDNotNil()).
		GroupBy(change.FieldDirectoryID).
		Aggregate(
			sum(change.FieldUsersDelta, "sum_users"), sum(change.FieldActiveUsersDelta, "sum_active_users"),
			sum(change.FieldGroupsDelta, "sum_groups"), sum(change.FieldMembershipsDelta, "sum_memberships"),
		).Scan(ctx, &sums)
	if err != nil {
		return err
	}
	for _, s := range sums {
		exists, err := r.directoryExists(ctx, companyID, *s.DirectoryID)
		if err != nil {
			return err
		}
		if !exists {
			continue // its counts went with it
		}
		err = client.DirectoryCount.Create().
			SetID(schematype.NewID(schematype.TypeOther)).
			SetCompanyID(companyID).SetDirectoryID(*s.DirectoryID).
			SetUserCount(s.Users).SetActiveUserCount(s.ActiveUsers).SetGroupCount(s.Groups).SetMembershipCount(s.Memberships).
			OnConflictColumns("directory_id").
			Update(addCounts(s.Users, s.ActiveUsers, s.Groups, s.Memberships)).
			Exec(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}

// directoryExists reports whether there is a directory, and keeps it until the
// transaction ends.
func (r *Resolver) directoryExists(ctx context.Context, companyID, id uuid.UUID) (bool, error) {
	q := r.client(ctx).Directory.Query().Where(directory.CompanyID(companyID), directory.ID(id))
	if r.rowLocks() {
		q.Modify(func(s *sql.Selector) { s.For(forKeyShare) })
	}
	return q.Exist(ctx)
}

func addCounts(users, activeUsers, groups, memberships int64) func(*ent.DirectoryCountUpsert) {
	return func(u *ent.DirectoryCountUpsert) {
		u.AddUserCount(users)
		u.AddActiveUserCount(activeUsers)
		u.AddGroupCount(groups)
		u.AddMembershipCount(memberships)
	}
}
