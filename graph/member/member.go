package member

import (
	"context"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/group"
	"github.com/feddir/feddir/ent/generated/membership"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/feed"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/tx"
	"github.com/feddir/feddir/internal/token"
)

// Max is the most members one operation adds or removes.
const Max = 1000

// Members reads and changes the members of groups. Safe for concurrent use.
type Members struct {
	tx     *tx.Runner
	feed   *feed.Feed
	table  list.Table[*ent.Membership]
	sealer *token.Sealer // of cursors
}

// New returns the members of all groups.
func New(t *tx.Runner, f *feed.Feed, table list.Table[*ent.Membership], s *token.Sealer) *Members {
	return &Members{t, f, table, s}
}

// List returns direct members of a group ordered by their id, those after
// the given one. Of each there is but the member's id: that of a million is
// read, too.
func (m *Members) List(ctx context.Context, groupID, after uuid.UUID, limit int) ([]*ent.Membership, error) {
	q := m.tx.Client(ctx).Membership.Query().Where(membership.GroupID(groupID))
	if v, _ := viewer.FromContext(ctx); v.DirectoryID != uuid.Nil {
		q.Where(membership.DirectoryID(v.DirectoryID))
	}
	if after != uuid.Nil {
		q.Where(membership.MemberIDGT(after))
	}
	return q.Order(membership.ByMemberID()).Limit(limit).Select(membership.FieldMemberID).All(ctx)
}

// GroupOf is a group that a user or group is a direct member of.
type GroupOf struct {
	MemberID, GroupID uuid.UUID
	Name              string // of the group
}

const groupName = "group_name"

// GroupsOf returns at most limit of the groups that members are in, ordered by
// the ids of members and groups, those after a group.
func (m *Members) GroupsOf(ctx context.Context, memberIDs []uuid.UUID, after uuid.UUID, limit int) ([]GroupOf, error) {
	q := m.tx.Client(ctx).Membership.Query().Where(membership.MemberIDIn(memberIDs...))
	if v, _ := viewer.FromContext(ctx); v.DirectoryID != uuid.Nil {
		q.Where(membership.DirectoryID(v.DirectoryID))
	}
	if after != uuid.Nil {
		q.Where(membership.GroupIDGT(after))
	}
	q.Modify(func(s *sql.Selector) {
		g := sql.Table(group.Table)
		s.Join(g).OnP(sql.And(
			sql.ColumnsEQ(s.C(membership.FieldCompanyID), g.C(group.FieldCompanyID)),
			sql.ColumnsEQ(s.C(membership.FieldDirectoryID), g.C(group.FieldDirectoryID)),
			sql.ColumnsEQ(s.C(membership.FieldGroupID), g.C(group.FieldID)),
		))
		s.AppendSelectAs(g.C(group.FieldDisplayName), groupName)
	})
	rows, err := q.Order(membership.ByMemberID(), membership.ByGroupID()).Limit(limit).All(ctx)
	if err != nil {
		return nil, err
	}
	groups := make([]GroupOf, len(rows))
	for i, row := range rows {
		name, err := row.Value(groupName)
		if err != nil {
			return nil, err
		}
		groups[i] = GroupOf{row.MemberID, row.GroupID, textOf(name)}
	}
	return groups, nil
}

// textOf is text as a driver gives it.
func textOf(v any) string {
	if b, ok := v.([]byte); ok {
		return string(b)
	}
	text, _ := v.(string)
	return text
}
