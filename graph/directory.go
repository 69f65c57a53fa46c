package graph

import (
	"context"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/attribute"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/feed"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/load"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/tables"
	"github.com/feddir/feddir/internal/apierror"
)

func (r *mutationResolver) createDirectory(ctx context.Context, in model.CreateDirectoryInput) (*ent.Directory, error) {
	companyID, err := r.tx.OwnerOf(ctx, in.CompanyID)
	if err != nil {
		return nil, err
	}
	d := &ent.Directory{Name: in.Name, State: directory.DefaultState, DisabledUsers: directory.DefaultDisabledUsers}
	if in.Description != nil {
		d.Description = *in.Description
	}
	if in.DisabledUsers != nil {
		d.DisabledUsers = *in.DisabledUsers
	}
	after := directoryAttributes(d)
	if err := after.CheckStorable(); err != nil {
		return nil, err
	}
	now := schematype.Now()
	d, err = r.tx.Client(ctx).Directory.Create().
		SetCompanyID(companyID).SetName(d.Name).SetDescription(d.Description).SetDisabledUsers(d.DisabledUsers).
		SetCreatedAt(now).SetUpdatedAt(now).
		Save(ctx)
	if err != nil {
		return nil, err
	}
	return d, r.feed.Record(ctx, feed.OfDirectory(d, change.KindCREATED, nil, after))
}

func (r *mutationResolver) updateDirectory(ctx context.Context, in model.UpdateDirectoryInput) (*ent.Directory, error) {
	d, err := r.tx.FindDirectory(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := dberror.CheckVersion(in.Version, d.Version); err != nil {
		return nil, err
	}
	changed := *d
	attribute.Assign(&changed.Name, in.Name)
	attribute.Assign(&changed.Description, in.Description)
	attribute.Assign(&changed.State, in.State)
	attribute.Assign(&changed.DisabledUsers, in.DisabledUsers)
	if changed.State == directory.StateDELETING {
		return nil, apierror.Errorf(apierror.Invalid, "state", "a directory is deleted by deleteDirectory")
	}
	before, after, err := attribute.Difference(directoryAttributes(d), directoryAttributes(&changed))
	if err != nil || len(before)+len(after) == 0 {
		return d, err
	}
	changed.Version, changed.UpdatedAt = d.Version+1, schematype.Now()
	err = dberror.One(r.tx.Client(ctx).Directory.Update().
		Where(directory.ID(d.ID), directory.CompanyID(d.CompanyID), directory.Version(d.Version)).
		SetName(changed.Name).SetDescription(changed.Description).
		SetState(changed.State).SetDisabledUsers(changed.DisabledUsers).
		SetVersion(changed.Version).SetUpdatedAt(changed.UpdatedAt).
		Save(ctx))
	if err != nil {
		return nil, err
	}
	r.keys.Changed(ctx, d.ID) // a paused directory's keys only read
	return &changed, r.feed.Record(ctx, feed.OfDirectory(&changed, change.KindUPDATED, before, after))
}

// deleteDirectory makes a directory not exist any more. What it holds is left to
// [purge.Purger]: requests that are on their way have rows of it locked.
func (r *mutationResolver) deleteDirectory(ctx context.Context, in model.DeleteDirectoryInput) error {
	d, err := r.tx.FindDirectory(ctx, in.ID)
	if err != nil {
		return err
	}
	if err := dberror.CheckVersion(in.Version, d.Version); err != nil {
		return err
	}
	if err := r.purger.HideDirectory(ctx, d); err != nil {
		return err
	}
	r.keys.Changed(ctx, d.CompanyID) // to API keys it is gone
	r.keys.Changed(ctx, d.ID)
	return r.feed.Record(ctx, feed.OfDirectory(d, change.KindDELETED, directoryAttributes(d), nil))
}

// directoriesConnection is a page of the directories of a company, or of the
// viewer's where there is no owner.
func directoriesConnection(ctx context.Context, r *Resolver, o load.Owner, args list.Args, by []model.DirectoryOrder, in *model.DirectoryWhereInput) (*model.DirectoryConnection, error) {
	order, err := tables.DirectoryOrder(by)
	if err != nil {
		return nil, err
	}
	l := list.List[*ent.Directory]{
		Table: r.tables.Directories, Scope: list.Scope{Sealer: r.cfg.Sealer, Name: "directories"}, By: order, Column: directory.FieldCompanyID,
		OwnerOf: func(d *ent.Directory) uuid.UUID { return d.CompanyID }, Where: list.Owned(directoryFilter(in)...),
	}
	p, err := l.Page(ctx, o, args)
	if err != nil {
		return nil, err
	}
	return &model.DirectoryConnection{PageInfo: p.Info, Total: l.Total(ctx, o), Edges: list.Edges(p, func(d *ent.Directory, cursor string) model.DirectoryEdge {
		return model.DirectoryEdge{Node: d, Cursor: cursor}
	})}, nil
}

func directoryFilter(in *model.DirectoryWhereInput) (where []list.Predicate) {
	if in != nil && in.IDIn != nil {
		where = append(where, directory.IDIn(in.IDIn...))
	}
	if in != nil && in.State != nil {
		where = append(where, directory.StateEQ(*in.State))
	}
	return where
}

func directoryAttributes(d *ent.Directory) attribute.Values {
	return attribute.Values{"name": d.Name, "description": d.Description, "state": d.State, "disabledUsers": d.DisabledUsers}
}
