package member

import (
	"context"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/group"
	"github.com/feddir/feddir/ent/generated/user"
	"github.com/feddir/feddir/internal/apierror"
)

func errNoMember(id uuid.UUID) *apierror.Error {
	if id == uuid.Nil {
		return apierror.Errorf(apierror.Invalid, "memberIds", "a member's id is not one of this directory")
	}
	return apierror.Errorf(apierror.Invalid, "memberIds", "there is no user or group %s", id)
}

// missingMember says that a member does not exist. The transaction is over, so
// which one it is has to be asked after it.
type missingMember struct {
	directoryID uuid.UUID
	ids         []uuid.UUID
	cause       error
}

func (e *missingMember) Error() string { return "a member does not exist" }

// Unwrap returns the database's error.
func (e *missingMember) Unwrap() error { return e.cause }

// Explain returns an error that names the id at fault.
func (e *missingMember) Explain(ctx context.Context, client *ent.Client) error {
	known := make(map[uuid.UUID]bool)
	users, err := client.User.Query().
		Where(user.DirectoryID(e.directoryID), user.IDIn(e.ids...)).IDs(ctx)
	if err != nil {
		return err
	}
	groups, err := client.Group.Query().
		Where(group.DirectoryID(e.directoryID), group.IDIn(e.ids...)).IDs(ctx)
	if err != nil {
		return err
	}
	for _, id := range append(users, groups...) {
		known[id] = true
	}
	for _, id := range e.ids {
		if !known[id] {
			return errNoMember(id)
		}
	}
	return apierror.Errorf(apierror.Conflict, "memberIds", "a member was deleted meanwhile")
}
