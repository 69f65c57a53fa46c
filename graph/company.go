package graph

import (
	"context"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/company"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/attribute"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/feed"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/load"
	"github.com/feddir/feddir/graph/model"
)

func (r *mutationResolver) createCompany(ctx context.Context, in model.CreateCompanyInput) (*ent.Company, error) {
	c := &ent.Company{ShortName: in.ShortName, Name: in.Name}
	if in.Description != nil {
		c.Description = *in.Description
	}
	after := companyAttributes(c)
	if err := after.CheckStorable(); err != nil {
		return nil, err
	}
	now := schematype.Now()
	c, err := r.tx.Client(ctx).Company.Create().
		SetShortName(c.ShortName).SetShortNameKey(schematype.Fold(c.ShortName)).
		SetName(c.Name).SetDescription(c.Description).
		SetCreatedAt(now).SetUpdatedAt(now).
		Save(ctx)
	if err != nil {
		return nil, err
	}
	return c, r.feed.Record(ctx, feed.OfCompany(c, change.KindCREATED, nil, after))
}

func (r *mutationResolver) updateCompany(ctx context.Context, in model.UpdateCompanyInput) (*ent.Company, error) {
	c, err := r.tx.FindCompany(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := dberror.CheckVersion(in.Version, c.Version); err != nil {
		return nil, err
	}
	changed := *c
	attribute.Assign(&changed.ShortName, in.ShortName)
	attribute.Assign(&changed.Name, in.Name)
	attribute.Assign(&changed.Description, in.Description)
	before, after, err := attribute.Difference(companyAttributes(c), companyAttributes(&changed))
	if err != nil || len(before)+len(after) == 0 {
		return c, err
	}
	changed.ShortNameKey = schematype.Fold(changed.ShortName)
	changed.Version, changed.UpdatedAt = c.Version+1, schematype.Now()
	err = dberror.One(r.tx.Client(ctx).Company.Update().
		Where(company.ID(c.ID), company.Version(c.Version)).
		SetShortName(changed.ShortName).SetShortNameKey(changed.ShortNameKey).
		SetName(changed.Name).SetDescription(changed.Description).
		SetVersion(changed.Version).SetUpdatedAt(changed.UpdatedAt).
		Save(ctx))
	if err != nil {
		return nil, err
	}
	return &changed, r.feed.Record(ctx, feed.OfCompany(&changed, change.KindUPDATED, before, after))
}

// deleteCompany makes a company not exist any more. What it owns, its history
// included, is left to [purge.Purger]: requests that are on their way have rows
// of it locked, and of a company that left nothing stays.
func (r *mutationResolver) deleteCompany(ctx context.Context, in model.DeleteCompanyInput) error {
	c, err := r.tx.FindCompany(ctx, in.ID)
	if err != nil {
		return err
	}
	if err := dberror.CheckVersion(in.Version, c.Version); err != nil {
		return err
	}
	if err := r.purger.HideCompany(ctx, c.ID); err != nil {
		return err
	}
	r.keys.Changed(ctx, c.ID)
	return nil
}

func (r *queryResolver) companiesConnection(ctx context.Context, args list.Args) (*model.CompanyConnection, error) {
	l := list.List[*ent.Company]{Table: r.tables.Companies, Scope: list.Scope{Sealer: r.cfg.Sealer, Name: "companies"}, By: list.Oldest(r.tables.Companies.ID), Where: list.Owned()}
	p, err := l.Page(ctx, load.Owner{}, args)
	if err != nil {
		return nil, err
	}
	return &model.CompanyConnection{PageInfo: p.Info, Total: l.Total(ctx, load.Owner{}), Edges: list.Edges(p, func(c *ent.Company, cursor string) model.CompanyEdge {
		return model.CompanyEdge{Node: c, Cursor: cursor}
	})}, nil
}

func companyAttributes(c *ent.Company) attribute.Values {
	return attribute.Values{"shortName": c.ShortName, "name": c.Name, "description": c.Description}
}
