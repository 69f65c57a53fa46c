package member

import (
	"context"
	"slices"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/membership"
	"github.com/feddir/feddir/internal/apierror"
)

// maxNesting is how deep groups may lie in groups.
const maxNesting = 32

// ErrCycle refuses a group that would contain itself.
var ErrCycle = &apierror.Error{Code: apierror.Invalid, Field: "memberIds", Message: "a group cannot be a member of itself, directly or through others"}

// checkCycle refuses subgroups that contain the group they shall be put into.
// The directory is locked: two who nest groups at the same time could close a
// cycle together.
func (m *Members) checkCycle(ctx context.Context, g *ent.Group, subgroups []uuid.UUID) error {
	if len(subgroups) == 0 {
		return nil
	}
	seen := map[uuid.UUID]bool{g.ID: true}
	for above, depth := []uuid.UUID{g.ID}, 0; len(above) > 0; depth++ {
		for _, id := range above {
			if slices.Contains(subgroups, id) {
				return ErrCycle
			}
		}
		if depth == maxNesting {
			return apierror.Errorf(apierror.Invalid, "memberIds", "groups lie in groups at most %d deep", maxNesting)
		}
		var err error
		if above, err = m.groupsAbove(ctx, g, above, seen); err != nil {
			return err
		}
	}
	return nil
}

// groupsAbove returns the groups that the given ones are members of, but for
// those seen already.
func (m *Members) groupsAbove(ctx context.Context, g *ent.Group, ids []uuid.UUID, seen map[uuid.UUID]bool) ([]uuid.UUID, error) {
	rows, err := m.tx.Client(ctx).Membership.Query().
		Where(membership.DirectoryID(g.DirectoryID), membership.MemberIDIn(ids...)).All(ctx)
	if err != nil {
		return nil, err
	}
	var above []uuid.UUID
	for _, row := range rows {
		if !seen[row.GroupID] {
			seen[row.GroupID] = true
			above = append(above, row.GroupID)
		}
	}
	return above, nil
}
