package purge

import (
	"context"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/company"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/viewer"
)

// schedule lets the purge begin once the transaction of ctx has committed.
func (p *Purger) schedule(ctx context.Context) { entdb.OnCommit(ctx, p.due.Notify) }

// HideCompany hides a company and all it has from everybody and gives its short
// name back. Its keys, OAuth clients and access tokens open nothing any more, as
// package auth looks at its state. Like the rest they are purged later, except
// for a batch, which is all that most have. It fails for a viewer who may not
// delete the company.
func (p *Purger) HideCompany(ctx context.Context, id uuid.UUID) error {
	client := p.db.Client(ctx)
	deletion := client.Company.Update().Where(company.ID(id)).Mutation()
	deletion.SetOp(ent.OpDelete)
	if err := company.Policy.EvalMutation(ctx, deletion); err != nil {
		return err
	}
	ctx = viewer.WithSystem(ctx, viewer.Purge)
	if _, err := p.hideSome(ctx, id); err != nil {
		return err
	}
	p.schedule(ctx)
	return client.Company.Update().Where(company.ID(id)).
		SetState(company.StateDELETING).
		SetShortNameKey("~" + id.String()). // which no short name is
		Exec(ctx)
}

// hideSome hides a batch of the directories of a company, and deletes one of what
// opens it.
func (p *Purger) hideSome(ctx context.Context, company uuid.UUID) (int, error) {
	client := p.db.Client(ctx)
	ids, err := client.Directory.Query().Where(directory.CompanyID(company), directory.StateNEQ(directory.StateDELETING)).Limit(batch).IDs(ctx)
	if err != nil {
		return 0, err
	}
	if len(ids) > 0 {
		if err := client.Directory.Update().Where(directory.CompanyID(company), directory.IDIn(ids...)).SetState(directory.StateDELETING).Exec(ctx); err != nil {
			return 0, err
		}
	}
	n, err := p.credentials(ctx, owner{company, company})
	return len(ids) + n, err
}

// HideDirectory hides a directory in the same way. Whoever may delete a directory
// may do that, whatever else they may not.
func (p *Purger) HideDirectory(ctx context.Context, d *ent.Directory) error {
	client := p.db.Client(ctx)
	err := client.Directory.Update().Where(directory.CompanyID(d.CompanyID), directory.ID(d.ID)).
		SetState(directory.StateDELETING).Exec(ctx)
	if err != nil {
		return err
	}
	if _, err := p.credentials(viewer.WithSystem(ctx, viewer.Purge), owner{d.CompanyID, d.ID}); err != nil {
		return err
	}
	p.schedule(ctx)
	return nil
}
