package graph

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

// node returns anything by its id, or nil. The id's own type says where to look.
func (r *Resolver) node(ctx context.Context, id uuid.UUID) (model.Node, error) {
	found, err := r.nodes(ctx, []uuid.UUID{id})
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

// nodes returns several things by their ids, of each type in one statement.
func (r *Resolver) nodes(ctx context.Context, ids []uuid.UUID) ([]model.Node, error) {
	if len(ids) > query.MaxIDs {
		return nil, apierror.Errorf(apierror.Limit, "ids", "at most %d ids", query.MaxIDs)
	}
	byType := make(map[schematype.Type][]uuid.UUID)
	for _, id := range ids {
		byType[schematype.TypeOf(id)] = append(byType[schematype.TypeOf(id)], id)
	}
	found := make(map[uuid.UUID]model.Node, len(ids))
	for t, ids := range byType {
		if err := r.nodesOfType(ctx, found, t, ids); err != nil {
			return nil, err
		}
	}
	nodes := make([]model.Node, len(ids))
	for i, id := range ids {
		nodes[i] = found[id]
	}
	return nodes, nil
}

func (r *Resolver) nodesOfType(ctx context.Context, found map[uuid.UUID]model.Node, t schematype.Type, ids []uuid.UUID) error {
	switch t {
	case schematype.TypeCompany:
		return findNodes(ctx, r.tables.Companies, ids, found)
	case schematype.TypeDirectory:
		return findNodes(ctx, r.tables.Directories, ids, found)
	case schematype.TypeKey:
		return findNodes(ctx, r.tables.Keys, ids, found)
	case schematype.TypeOAuthClient:
		return findNodes(ctx, r.tables.OAuthClients, ids, found)
	case schematype.TypeUser:
		return findNodes(ctx, r.tables.Users, ids, found)
	case schematype.TypeGroup:
		return findNodes(ctx, r.tables.Groups, ids, found)
	case schematype.TypeMembership:
		return findNodes(ctx, r.tables.Memberships, ids, found)
	case schematype.TypeRequestRecord:
		return findNodes(ctx, r.tables.Records, ids, found)
	case schematype.TypeChange:
		return findNodes(ctx, r.tables.Changes, ids, found)
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
