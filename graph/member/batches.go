package member

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/membership"
	"github.com/feddir/feddir/graph/tx"
	"github.com/feddir/feddir/internal/apierror"
)

// How many memberships one transaction may delete. SQLite deletes some hundred
// thousand in a second, in which nobody else can write.
const (
	maxRemoved         = 100_000
	maxDeletedTogether = 1_000_000 // with their group on PostgreSQL, in one statement
)

var errTooMany = &apierror.Error{Code: apierror.Limit, Field: "id", Message: "the group has too many members to be deleted together with something else"}

func (m *Members) maxDeletedAtOnce() int64 {
	if m.tx.RowLocks() {
		return maxDeletedTogether
	}
	return maxRemoved
}

// DeleteAll deletes the memberships of a locked group: those of its members, the
// number of which it returns, and its own, the groups of which it returns. It
// fails where there are too many for one transaction, see [Members.InBatches].
func (m *Members) DeleteAll(ctx context.Context, g *ent.Group) (members int, left []uuid.UUID, err error) {
	if g.MemberCount > m.maxDeletedAtOnce() {
		return 0, nil, errTooMany
	}
	left, err = m.LeaveAll(ctx, g.CompanyID, g.DirectoryID, g.ID)
	if err != nil {
		return 0, nil, err
	}
	members, err = m.tx.Client(ctx).Membership.Delete().Where(membership.DirectoryID(g.DirectoryID), membership.GroupID(g.ID)).Exec(ctx)
	return members, left, err
}

// InBatches deletes a group, which remove does unless there are too many
// members. Then they leave before, Max in a transaction, so that others get
// their turn between. When time runs out what was done stays done: who deletes
// the group again goes on from there.
func (m *Members) InBatches(ctx context.Context, groupID uuid.UUID, version *int, remove func(version *int) error) error {
	err := remove(version)
	if !errors.Is(err, errTooMany) || entdb.InTx(ctx) {
		return err
	}
	if err := m.removeMost(ctx, groupID); err != nil {
		return err
	}
	return remove(nil) // the version was the right one before they left
}

// removeMost takes members out of a group until the rest can go with it.
func (m *Members) removeMost(ctx context.Context, groupID uuid.UUID) error {
	g, err := m.tx.FindGroup(ctx, groupID)
	if err != nil {
		return err
	}
	for left := g.MemberCount; left > m.maxDeletedAtOnce(); {
		n, err := tx.Do(ctx, m.tx, func(ctx context.Context) (int, error) { return m.removeAny(ctx, groupID) })
		if ctx.Err() != nil {
			return apierror.Errorf(apierror.Unavailable, "id", "%d members are left in the group; delete it again", left)
		}
		if err != nil || n == 0 {
			return err
		}
		left -= int64(n)
	}
	return nil
}

// removeAny takes Max out of a group, or all when it has fewer.
func (m *Members) removeAny(ctx context.Context, groupID uuid.UUID) (int, error) {
	rows, err := m.List(ctx, groupID, uuid.Nil, Max)
	if err != nil {
		return 0, err
	}
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.MemberID
	}
	return m.Remove(ctx, groupID, nil, ids)
}
