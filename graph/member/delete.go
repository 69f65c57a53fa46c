package member

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"entgo.io/ent/dialect"
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/group"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/tx"
)

// delete takes ids out of a locked group and returns those that were in it.
func (m *Members) delete(ctx context.Context, g *ent.Group, ids []uuid.UUID) ([]uuid.UUID, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	if err := m.mayChange(ctx, g); err != nil {
		return nil, err
	}
	args := []any{g.CompanyID, g.DirectoryID, g.ID}
	var values []string
	for _, id := range tx.Distinct(ids) {
		args = append(args, id)
		values = append(values, fmt.Sprint("($", len(args), ")"))
	}
	return m.tx.QueryIDs(ctx, fmt.Sprintf(deleteSQL[m.tx.Dialect()], strings.Join(values, ", ")), args)
}

// deleteSQL looks each member up by itself on PostgreSQL, which plans
// for groups of the usual size and would walk all members of a large one.
var deleteSQL = map[string]string{
	dialect.SQLite: `DELETE FROM memberships WHERE company_id = $1 AND directory_id = $2 AND group_id = $3
  AND member_id IN (VALUES %s) RETURNING member_id`,
	dialect.Postgres: `DELETE FROM memberships WHERE company_id = $1 AND directory_id = $2 AND id = ANY (ARRAY(
  SELECT m.id FROM (VALUES %s) AS v(id) CROSS JOIN LATERAL (
    SELECT id FROM memberships WHERE company_id = $1 AND directory_id = $2 AND group_id = $3 AND member_id = CAST(v.id AS uuid) LIMIT 1) AS m
  )) RETURNING member_id`,
}

// LeaveAll takes a locked member out of its groups, which are locked, and
// returns their ids.
func (m *Members) LeaveAll(ctx context.Context, companyID, directoryID, memberID uuid.UUID) ([]uuid.UUID, error) {
	left, err := m.tx.QueryIDs(ctx, `DELETE FROM memberships WHERE company_id = $1 AND directory_id = $2 AND member_id = $3 RETURNING group_id`,
		[]any{companyID, directoryID, memberID})
	if err != nil || len(left) == 0 {
		return nil, err
	}
	for chunk := range slices.Chunk(left, Max) { // a statement takes only so many parameters
		if err := m.tx.Client(ctx).Group.Update().
			Where(group.DirectoryID(directoryID), group.IDIn(chunk...)).
			AddMemberCount(-1).AddVersion(1).SetUpdatedAt(schematype.Now()).Exec(ctx); err != nil {
			return nil, err
		}
	}
	tx.CacheOf(ctx).MemberLeft(left)
	return left, nil
}
