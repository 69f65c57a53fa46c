package graph

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/tx"
	"github.com/feddir/feddir/internal/apierror"
)

// How many memberships one transaction may delete. SQLite deletes some hundred
// thousand in a second, in which nobody else can write.
const (
	maxRemoved         = 100_000
	maxDeletedTogether = 1_000_000 // with their group on PostgreSQL, in one statement
)

var errTooManyMembers = &apierror.Error{Code: apierror.Limit, Field: "id", Message: "the group has too many members to be deleted together with something else"}

func (r *Resolver) maxDeletedAtOnce() int64 {
	if r.tx.RowLocks() {
		return maxDeletedTogether
	}
	return maxRemoved
}

// deleteInBatches deletes a group, which remove does unless there are too many
// members. Then they leave before, MaxMembers in a transaction, so that others
// get their turn between. When time runs out what was done stays done: who
// deletes the group again goes on from there.
func (r *Resolver) deleteInBatches(ctx context.Context, input model.DeleteGroupInput, remove func(version *int) (*model.DeleteGroupPayload, error)) (*model.DeleteGroupPayload, error) {
	done, err := remove(input.Version)
	if !errors.Is(err, errTooManyMembers) || entdb.InTx(ctx) {
		return done, err
	}
	if err := r.removeMostMembers(ctx, input.ID); err != nil {
		return nil, err
	}
	return remove(nil) // the version was the right one before they left
}

// removeMostMembers takes members out of a group until the rest can go with it.
func (r *Resolver) removeMostMembers(ctx context.Context, id uuid.UUID) error {
	g, err := r.FindGroup(ctx, id)
	if err != nil {
		return err
	}
	for left := g.MemberCount; left > r.maxDeletedAtOnce(); {
		n, err := tx.Do(ctx, r.tx, func(ctx context.Context) (int, error) { return r.removeAny(ctx, id) })
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

// removeAny takes MaxMembers out of a group, or all when it has fewer.
func (r *Resolver) removeAny(ctx context.Context, id uuid.UUID) (int, error) {
	members, err := r.Members(ctx, id, uuid.Nil, MaxMembers)
	if err != nil {
		return 0, err
	}
	ids := make([]uuid.UUID, len(members))
	for i, m := range members {
		ids[i] = m.MemberID
	}
	return r.removeMembers(ctx, id, nil, ids)
}
