package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/membership"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/internal/apierror"
)

// maxNesting is how deep groups may lie in groups.
const maxNesting = 32

// ErrCycle refuses a group that would contain itself.
var ErrCycle = &apierror.Error{Code: apierror.Invalid, Field: "memberIds", Message: "a group cannot be a member of itself, directly or through others"}

// checkCycle refuses members that contain the group they shall be put into. It
// costs nothing where no member is a group.
func (r *Resolver) checkCycle(ctx context.Context, g groupRef, ids []uuid.UUID) error {
	subgroups := make(map[uuid.UUID]bool)
	for _, id := range ids {
		if schematype.TypeOf(id) == schematype.TypeGroup {
			subgroups[id] = true
		}
	}
	if len(subgroups) == 0 {
		return nil
	}
	// Two who nest groups at the same time could close a cycle together, so
	// they take turns on the directory's row.
	lock := r.client(ctx).Directory.Query().Where(directory.ID(g.directoryID), directory.CompanyID(g.companyID))
	if r.rowLocks() {
		lock.ForUpdate()
	}
	if _, err := lock.IDs(ctx); err != nil {
		return err
	}
	seen := map[uuid.UUID]bool{g.id: true}
	for above, depth := []uuid.UUID{g.id}, 0; len(above) > 0; depth++ {
		for _, id := range above {
			if subgroups[id] {
				return ErrCycle
			}
		}
		if depth == maxNesting {
			return apierror.Errorf(apierror.Invalid, "memberIds", "groups lie in groups at most %d deep", maxNesting)
		}
		var err error
		if above, err = r.groupsAbove(ctx, g, above, seen); err != nil {
			return err
		}
	}
	return nil
}

// groupsAbove returns the groups that the given ones are members of, but for
// those seen already.
func (r *Resolver) groupsAbove(ctx context.Context, g groupRef, ids []uuid.UUID, seen map[uuid.UUID]bool) ([]uuid.UUID, error) {
	rows, err := r.client(ctx).Membership.Query().
		Where(membership.DirectoryID(g.directoryID), membership.MemberIDIn(ids...)).All(ctx)
	if err != nil {
		return nil, err
	}
	var above []uuid.UUID
	for _, m := range rows {
		if !seen[m.GroupID] {
			seen[m.GroupID] = true
			above = append(above, m.GroupID)
		}
	}
	return above, nil
}
