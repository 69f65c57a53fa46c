package purge

import (
	"context"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/generated/company"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/feed"
	"github.com/feddir/feddir/ent/generated/group"
	"github.com/feddir/feddir/ent/generated/user"
	"github.com/feddir/feddir/ent/viewer"
)

// owners is how many deleted directories or companies are read at a time.
const owners = 100

// Deleted deletes what deleted directories and companies held, and returns how
// many rows that was. When it is interrupted the next run goes on.
func (p *Purger) Deleted(ctx context.Context) (int, error) {
	ctx = viewer.WithSystem(ctx, viewer.Purge)
	var t tally
	t.each(ctx, p.deletedCompanies, func(c owner) { // and what was on its way when they were deleted
		t.repeat(ctx, p.db, func(ctx context.Context) (int, error) { return p.hideSome(ctx, c.id) })
	})
	t.each(ctx, p.deletedDirectories, func(d owner) {
		t.repeat(ctx, p.db, func(ctx context.Context) (int, error) { return p.credentials(ctx, d) })
		t.repeat(ctx, p.db, func(ctx context.Context) (int, error) { return p.fromDirectory(ctx, d) })
	})
	t.each(ctx, p.deletedCompanies, func(c owner) {
		t.repeat(ctx, p.db, func(ctx context.Context) (int, error) { return p.fromCompany(ctx, c.id) })
	})
	return t.result()
}

// owner is a company, or a directory of one.
type owner struct{ company, id uuid.UUID }

// each does something with all owners that a list has, a page at a time.
func (t *tally) each(ctx context.Context, list func(ctx context.Context, after uuid.UUID) ([]owner, error), do func(owner)) {
	for after := uuid.Nil; ; {
		page, err := list(ctx, after)
		if err != nil { // also when ctx has ended
			t.errs = append(t.errs, err)
			return
		}
		for _, o := range page {
			do(o)
		}
		if len(page) < owners {
			return
		}
		after = page[len(page)-1].id
	}
}

func (p *Purger) deletedCompanies(ctx context.Context, after uuid.UUID) ([]owner, error) {
	ids, err := p.db.Client(ctx).Company.Query().Where(company.StateEQ(company.StateDELETING), company.IDGT(after)).
		Order(company.ByID()).Limit(owners).IDs(ctx)
	found := make([]owner, len(ids))
	for i, id := range ids {
		found[i] = owner{id, id}
	}
	return found, err
}

func (p *Purger) deletedDirectories(ctx context.Context, after uuid.UUID) ([]owner, error) {
	rows, err := p.db.Client(ctx).Directory.Query().Where(directory.StateEQ(directory.StateDELETING), directory.IDGT(after)).
		Order(directory.ByID()).Limit(owners).Select(directory.FieldID, directory.FieldCompanyID).All(ctx)
	found := make([]owner, len(rows))
	for i, d := range rows {
		found[i] = owner{d.CompanyID, d.ID}
	}
	return found, err
}

// fromDirectory deletes a batch of what a directory holds, the directory when
// it holds nothing, and nothing when that is done. Replicas take turns on its row.
func (p *Purger) fromDirectory(ctx context.Context, d owner) (int, error) {
	row := p.db.Client(ctx).Directory.Query().Where(directory.CompanyID(d.company), directory.ID(d.id))
	if ids, err := row.Modify(entdb.Lock(entdb.NoKeyUpdate)).IDs(ctx); err != nil || len(ids) == 0 {
		return 0, err
	}
	if n, err := first(ctx, d.id, p.memberships, p.userValues, p.users, p.groups); n > 0 || err != nil {
		return n, err
	}
	return p.directory(ctx, d)
}

// directory deletes a directory that is empty. Who is just writing into it keeps
// it until that is committed, and what was written is purged next.
func (p *Purger) directory(ctx context.Context, d owner) (int, error) {
	client := p.db.Client(ctx)
	row := client.Directory.Query().Where(directory.CompanyID(d.company), directory.ID(d.id))
	if ids, err := row.Modify(entdb.Lock(sql.LockUpdate)).IDs(ctx); err != nil || len(ids) == 0 {
		return 0, err
	}
	users, err := client.User.Query().Where(user.DirectoryID(d.id)).Exist(ctx)
	if err != nil {
		return 0, err
	}
	groups, err := client.Group.Query().Where(group.DirectoryID(d.id)).Exist(ctx)
	if err != nil {
		return 0, err
	}
	if users || groups {
		p.schedule(ctx)
		return 0, nil
	}
	return client.Directory.Delete().Where(directory.CompanyID(d.company), directory.ID(d.id)).Exec(ctx)
}

// fromCompany is like fromDirectory. It waits for directories that another
// replica purges, which goes on with the company itself.
func (p *Purger) fromCompany(ctx context.Context, id uuid.UUID) (int, error) {
	client := p.db.Client(ctx)
	row := client.Company.Query().Where(company.ID(id))
	if ids, err := row.Modify(entdb.Lock(entdb.NoKeyUpdate)).IDs(ctx); err != nil || len(ids) == 0 {
		return 0, err
	}
	left, err := client.Directory.Query().Where(directory.CompanyID(id)).Exist(ctx)
	if left || err != nil {
		return 0, err
	}
	if err := p.lockFeed(ctx, id); err != nil {
		return 0, err
	}
	if n, err := first(ctx, id, p.changes, p.idempotencyRecords, p.sessions, p.accounts); n > 0 || err != nil {
		return n, err
	}
	n, err := client.Company.Delete().Where(company.ID(id)).Exec(ctx)
	for more := batch; more == batch && err == nil; { // of those whose commit the deletion has just waited for
		more, err = p.changes(ctx, id)
	}
	return n, err
}

// lockFeed keeps the changes of a company from being numbered while they are
// purged: both would lock the same rows, each in an order of its own.
func (p *Purger) lockFeed(ctx context.Context, company uuid.UUID) error {
	if !p.db.RowLocks() {
		return nil
	}
	row := p.db.Client(ctx).Feed.Query().Where(feed.CompanyID(company))
	_, err := row.Modify(entdb.Lock(entdb.NoKeyUpdate)).IDs(ctx)
	return err
}
