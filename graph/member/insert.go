package member

import (
	"context"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb/sqlconn"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/membership"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/tx"
)

// mayChange fails where the viewer may not change the members of a group. The
// statements that do so return what they did, which ent's cannot, so ent's
// policy is asked by itself.
func (m *Members) mayChange(ctx context.Context, g *ent.Group) error {
	create := m.tx.Client(ctx).Membership.Create().SetCompanyID(g.CompanyID).SetDirectoryID(g.DirectoryID)
	return membership.Policy.EvalMutation(ctx, create.Mutation())
}

// Insert makes ids members of a locked group and returns those that were not
// before. created tells that the transaction has just made the group. It
// does not read the group's members: who is one already is found by the row that
// the database did not insert.
func (m *Members) Insert(ctx context.Context, g *ent.Group, created bool, ids []uuid.UUID) ([]uuid.UUID, error) {
	if err := checkMax(ids); err != nil {
		return nil, err
	}
	ids = tx.Distinct(ids)
	if len(ids) == 0 {
		return nil, nil
	}
	if err := m.mayChange(ctx, g); err != nil {
		return nil, err
	}
	if !created {
		if err := m.checkCycle(ctx, g, tx.GroupsAmong(ids)); err != nil {
			return nil, err
		}
	}
	query, args, err := m.insertion(ctx, g, ids)
	if err != nil {
		return nil, err
	}
	tx.CacheOf(ctx).RefersToUsers() // the foreign keys refer to them
	inserted, err := m.tx.QueryIDs(ctx, query, args)
	if _, foreign := sqlconn.IsForeignKeyViolation(err); foreign {
		return nil, &missingMember{directoryID: g.DirectoryID, ids: ids, cause: err}
	}
	return inserted, err
}

func (m *Members) insertion(ctx context.Context, g *ent.Group, ids []uuid.UUID) (query string, args []any, err error) {
	v, _ := viewer.FromContext(ctx)
	now := schematype.Now()
	insert := sql.Dialect(m.tx.Dialect()).Insert(membership.Table).Columns(
		membership.FieldID, membership.FieldCompanyID, membership.FieldDirectoryID, membership.FieldSource, membership.FieldCreatedAt,
		membership.FieldGroupID, membership.FieldMemberID, membership.FieldUserID, membership.FieldSubgroupID)
	for _, id := range ids {
		var userID, subgroupID any
		switch schematype.TypeOf(id) {
		case schematype.TypeUser:
			userID = id
		case schematype.TypeGroup:
			subgroupID = id
		default:
			return "", nil, errNoMember(id)
		}
		insert.Values(schematype.NewID(schematype.TypeMembership), g.CompanyID, g.DirectoryID, v.Source, now, g.ID, id, userID, subgroupID)
	}
	query, args = insert.OnConflict(
		sql.ConflictColumns(membership.FieldDirectoryID, membership.FieldGroupID, membership.FieldMemberID), sql.DoNothing(),
	).Returning(membership.FieldMemberID).Query()
	return query, args, nil
}
