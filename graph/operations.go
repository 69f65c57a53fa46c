package graph

import (
	"context"
	"database/sql"
	"errors"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/member"
	"github.com/feddir/feddir/graph/people"
	"github.com/feddir/feddir/graph/tx"
	"github.com/feddir/feddir/internal/scim/schema"
)

// Operations are all operations as Go methods: those of the GraphQL mutations
// and what other protocols need beside them, such as transactions.
type Operations struct {
	mutationResolver
	*tx.Runner
}

// Operations returns the operations.
func (r *Resolver) Operations() *Operations { return &Operations{mutationResolver{r}, r.tx} }

// Members is [member.Members.List].
func (o *Operations) Members(ctx context.Context, groupID, after uuid.UUID, limit int) ([]*ent.Membership, error) {
	return o.members.List(ctx, groupID, after, limit)
}

// GroupsOf is [member.Members.GroupsOf].
func (o *Operations) GroupsOf(ctx context.Context, memberIDs []uuid.UUID, after uuid.UUID, limit int) ([]member.GroupOf, error) {
	return o.members.GroupsOf(ctx, memberIDs, after, limit)
}

// List asks for a part of the users or groups of a directory.
type List = people.List

// ListUsers is [people.Reader.ListUsers].
func (o *Operations) ListUsers(ctx context.Context, l List) (*list.Page[*ent.User], error) {
	return o.people.ListUsers(ctx, l)
}

// ListGroups is [people.Reader.ListGroups].
func (o *Operations) ListGroups(ctx context.Context, l List) (*list.Page[*ent.Group], error) {
	return o.people.ListGroups(ctx, l)
}

// SchemaExtensions returns the extensions that a directory has beside those of
// SCIM: this server's own, and what it describes itself. They may be a second
// old, and must not be changed.
func (o *Operations) SchemaExtensions(ctx context.Context, directoryID uuid.UUID) ([]schema.Custom, error) {
	return o.extensions.Of(ctx, directoryID)
}

// UserVersion returns the version of a user of the viewer's directory, so that
// who has read the user before knows whether that is still true. It asks for
// one number by the primary key, without what it costs to read a user. It
// fails with NOT_FOUND when there is no such user for the viewer, which must
// be a directory key.
func (o *Operations) UserVersion(ctx context.Context, id uuid.UUID) (int64, error) {
	v, ok := viewer.FromContext(ctx)
	if !ok || v.Kind != viewer.DirectoryKey || !v.May(viewer.ScopeRead) {
		return 0, dberror.ErrNoUser
	}
	rows, err := o.Client(ctx).QueryContext(ctx, "SELECT version FROM users WHERE directory_id = $1 AND id = $2", v.DirectoryID, id)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	version, err := entsql.ScanInt64(rows)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, dberror.ErrNoUser
	}
	return version, err
}
