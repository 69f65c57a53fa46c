package tables

import (
	"context"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/query"
	"github.com/feddir/feddir/internal/apierror"
)

// Nodes returns things by their ids, of each type in one statement, nil where
// there is none. An id's own type says where to look.
func (t *Set) Nodes(ctx context.Context, ids []uuid.UUID) ([]model.Node, error) {
	if len(ids) > query.MaxIDs {
		return nil, apierror.Errorf(apierror.Limit, "ids", "at most %d ids", query.MaxIDs)
	}
	byType := make(map[schematype.Type][]uuid.UUID)
	for _, id := range ids {
		byType[schematype.TypeOf(id)] = append(byType[schematype.TypeOf(id)], id)
	}
	found := make(map[uuid.UUID]model.Node, len(ids))
	for typ, ids := range byType {
		if err := t.nodesOfType(ctx, found, typ, ids); err != nil {
			return nil, err
		}
	}
	nodes := make([]model.Node, len(ids))
	for i, id := range ids {
		nodes[i] = found[id]
	}
	return nodes, nil
}

func (t *Set) nodesOfType(ctx context.Context, found map[uuid.UUID]model.Node, typ schematype.Type, ids []uuid.UUID) error {
	switch typ {
	case schematype.TypeCompany:
		return findNodes(ctx, t.Companies, ids, found)
	case schematype.TypeDirectory:
		return findNodes(ctx, t.Directories, ids, found)
	case schematype.TypeKey:
		return findNodes(ctx, t.Keys, ids, found)
	case schematype.TypeOAuthClient:
		return findNodes(ctx, t.OAuthClients, ids, found)
	case schematype.TypeUser:
		return findNodes(ctx, t.Users, ids, found)
	case schematype.TypeGroup:
		return findNodes(ctx, t.Groups, ids, found)
	case schematype.TypeMembership:
		return findNodes(ctx, t.Memberships, ids, found)
	case schematype.TypeRequestRecord:
		return findNodes(ctx, t.Records, ids, found)
	case schematype.TypeChange:
		return findNodes(ctx, t.Changes, ids, found)
	}
	return nil
}

// findNodes adds the rows of a table that have the ids.
func findNodes[T any](ctx context.Context, t list.Table[T], ids []uuid.UUID, found map[uuid.UUID]model.Node) error {
	rows, err := t.Read(ctx, sql.FieldIn("id", ids...))
	for _, row := range rows {
		found[t.ID(row)] = row
	}
	return err
}
