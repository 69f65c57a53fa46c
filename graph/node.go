package graph

import (
	"context"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/company"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/group"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/generated/membership"
	"github.com/feddir/feddir/ent/generated/oauthclient"
	"github.com/feddir/feddir/ent/generated/requestrecord"
	"github.com/feddir/feddir/ent/generated/user"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/model"
)

// node returns anything by its id, or nil. The id's own type says where to look.
func (r *Resolver) node(ctx context.Context, id uuid.UUID) (model.Node, error) {
	client := r.client(ctx)
	switch schematype.TypeOf(id) {
	case schematype.TypeCompany:
		return nodeOf(client.Company.Get(ctx, id))
	case schematype.TypeDirectory:
		return nodeOf(client.Directory.Get(ctx, id))
	case schematype.TypeKey:
		return nodeOf(client.Key.Get(ctx, id))
	case schematype.TypeOAuthClient:
		return nodeOf(client.OAuthClient.Get(ctx, id))
	case schematype.TypeUser:
		return nodeOf(r.FindUser(ctx, id))
	case schematype.TypeGroup:
		return nodeOf(r.FindGroup(ctx, id))
	case schematype.TypeMembership:
		return nodeOf(client.Membership.Get(ctx, id))
	case schematype.TypeRequestRecord:
		return nodeOf(client.RequestRecord.Get(ctx, id))
	case schematype.TypeChange:
		return nodeOf(client.Change.Get(ctx, id))
	}
	return nil, nil
}

// nodeOf keeps a nil pointer from becoming an interface that is not nil.
func nodeOf[T any](found *T, err error) (model.Node, error) {
	found, err = orNull(found, err)
	if found == nil || err != nil {
		return nil, err
	}
	return found, nil
}

// nodes returns several things by their ids, of each type in one statement.
func (r *Resolver) nodes(ctx context.Context, ids []uuid.UUID) ([]model.Node, error) {
	if len(ids) > maxIDs {
		return nil, failf(CodeLimit, "ids", "at most %d ids", maxIDs)
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
	client := r.client(ctx)
	switch t {
	case schematype.TypeCompany:
		return collect(ctx, found, companyID, client.Company.Query().Where(company.IDIn(ids...)).All)
	case schematype.TypeDirectory:
		return collect(ctx, found, directoryID, func(ctx context.Context) ([]*ent.Directory, error) {
			rows, err := client.Directory.Query().Where(directory.IDIn(ids...)).All(ctx)
			r.batchesOf(ctx).sawDirectories(rows)
			return rows, err
		})
	case schematype.TypeKey:
		return collect(ctx, found, keyID, client.Key.Query().Where(key.IDIn(ids...)).All)
	case schematype.TypeOAuthClient:
		return collect(ctx, found, oauthClientID, client.OAuthClient.Query().Where(oauthclient.IDIn(ids...)).All)
	case schematype.TypeUser:
		return collect(ctx, found, userID, func(ctx context.Context) ([]*ent.User, error) {
			rows, err := client.User.Query().Where(user.IDIn(ids...)).All(ctx)
			r.batchesOf(ctx).sawUsers(rows)
			return rows, err
		})
	case schematype.TypeGroup:
		return collect(ctx, found, groupID, func(ctx context.Context) ([]*ent.Group, error) {
			rows, err := client.Group.Query().Where(group.IDIn(ids...)).All(ctx)
			r.batchesOf(ctx).sawGroups(rows)
			return rows, err
		})
	case schematype.TypeMembership:
		return collect(ctx, found, func(m *ent.Membership) uuid.UUID { return m.ID }, func(ctx context.Context) ([]*ent.Membership, error) {
			rows, err := client.Membership.Query().Where(membership.IDIn(ids...)).All(ctx)
			r.batchesOf(ctx).sawMemberships(rows)
			return rows, err
		})
	case schematype.TypeRequestRecord:
		return collect(ctx, found, newestFirst.id, func(ctx context.Context) ([]*ent.RequestRecord, error) {
			rows, err := client.RequestRecord.Query().Where(requestrecord.IDIn(ids...)).All(ctx)
			r.expectTargets(ctx, rows)
			return rows, err
		})
	case schematype.TypeChange:
		return collect(ctx, found, func(c *ent.Change) uuid.UUID { return c.ID }, client.Change.Query().Where(change.IDIn(ids...)).All)
	}
	return nil
}

// collect adds what read finds to found.
func collect[T any](ctx context.Context, found map[uuid.UUID]model.Node, id func(T) uuid.UUID, read func(context.Context) ([]T, error)) error {
	rows, err := read(ctx)
	for _, row := range rows {
		found[id(row)] = row
	}
	return err
}
