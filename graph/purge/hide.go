package purge

import (
	"context"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/company"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/generated/oauthclient"
	"github.com/feddir/feddir/ent/viewer"
)

// schedule lets the purge begin once the transaction of ctx has committed.
func (p *Purger) schedule(ctx context.Context) { entdb.OnCommit(ctx, p.due.Notify) }

// HideCompany hides a company and all it has from everybody, takes away what
// opens it and gives its short name back. The rest is purged later. It fails
// for a viewer who may not delete the company.
func (p *Purger) HideCompany(ctx context.Context, id uuid.UUID) error {
	client := p.db.Client(ctx)
	deletion := client.Company.Update().Where(company.ID(id)).Mutation()
	deletion.SetOp(ent.OpDelete)
	if err := company.Policy.EvalMutation(ctx, deletion); err != nil {
		return err
	}
	ctx = viewer.WithSystem(ctx, viewer.Purge)
	if err := client.Directory.Update().Where(directory.CompanyID(id)).SetState(directory.StateDELETING).Exec(ctx); err != nil {
		return err
	}
	if _, err := client.Key.Delete().Where(key.CompanyID(id)).Exec(ctx); err != nil {
		return err
	}
	if _, err := client.OAuthClient.Delete().Where(oauthclient.CompanyID(id)).Exec(ctx); err != nil {
		return err
	}
	p.schedule(ctx)
	return client.Company.Update().Where(company.ID(id)).
		SetState(company.StateDELETING).
		SetShortNameKey("~" + id.String()). // which no short name is
		Exec(ctx)
}

// HideDirectory hides a directory from everybody and takes away what opens it.
// Whoever may delete a directory may do that, whatever else they may not.
func (p *Purger) HideDirectory(ctx context.Context, d *ent.Directory) error {
	client := p.db.Client(ctx)
	err := client.Directory.Update().Where(directory.CompanyID(d.CompanyID), directory.ID(d.ID)).
		SetState(directory.StateDELETING).Exec(ctx)
	if err != nil {
		return err
	}
	system := viewer.WithSystem(ctx, viewer.Purge)
	if _, err := client.Key.Delete().Where(key.CompanyID(d.CompanyID), key.DirectoryID(d.ID)).Exec(system); err != nil {
		return err
	}
	if _, err := client.OAuthClient.Delete().Where(oauthclient.CompanyID(d.CompanyID), oauthclient.DirectoryID(d.ID)).Exec(system); err != nil {
		return err
	}
	p.schedule(ctx)
	return nil
}
