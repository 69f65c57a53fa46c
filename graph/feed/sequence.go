package feed

import (
	"context"
	"errors"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/feed"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
)

// sequenceBatch is how many changes of a company are numbered at a time.
const sequenceBatch = 1000

// Sequence gives committed changes their number in their company's feed and
// applies what they say to the counts of directories. A change that commits
// late gets a later number, so a reader who goes by it misses none. The number
// is the column position in the database. It returns how many were numbered;
// what fails for one company does not stop the others.
func (f *Feed) Sequence(ctx context.Context) (done int, err error) {
	ctx = viewer.WithSystem(ctx, viewer.Sequence)
	var failed []error
	for company := uuid.Nil; ; {
		var more bool
		if company, more, err = f.nextPending(ctx, company); err != nil || !more {
			return done, errors.Join(append(failed, err)...)
		}
		n, err := f.sequenceAll(ctx, company)
		if done += n; err != nil {
			failed = append(failed, err)
		}
	}
}

// nextPending returns the next company behind one that has changes without a
// number. Each is found by itself along an index: all that is pending may be
// very much.
func (f *Feed) nextPending(ctx context.Context, after uuid.UUID) (company uuid.UUID, ok bool, err error) {
	c, err := f.db.Client(ctx).Change.Query().Where(change.PositionIsNil(), change.CompanyIDGT(after)).
		Order(change.ByCompanyID()).Limit(1).Select(change.FieldCompanyID).All(ctx)
	if err != nil || len(c) == 0 {
		return after, false, err
	}
	return c[0].CompanyID, true, nil
}

// SequenceCompany numbers what is pending of one company, before the background
// work does.
func (f *Feed) SequenceCompany(ctx context.Context, company uuid.UUID) error {
	ctx = viewer.WithSystem(ctx, viewer.Sequence)
	pending, err := f.db.Client(ctx).Change.Query().Where(change.CompanyID(company), change.PositionIsNil()).Exist(ctx)
	if err == nil && pending {
		_, err = f.sequenceAll(ctx, company)
	}
	return err
}

func (f *Feed) sequenceAll(ctx context.Context, company uuid.UUID) (done int, err error) {
	for {
		n, err := inTx(ctx, f.db, func(ctx context.Context) (int, error) { return f.sequenceSome(ctx, company) })
		if done += n; err != nil || n < sequenceBatch {
			return done, err
		}
	}
}

func (f *Feed) sequenceSome(ctx context.Context, companyID uuid.UUID) (int, error) {
	locked, err := f.lock(ctx, companyID)
	if err != nil {
		return 0, err
	}
	head := locked.Position
	n, err := f.number(ctx, companyID, head)
	if err != nil || n == 0 {
		return 0, err
	}
	if err := f.applyCounts(ctx, companyID, head, head+int64(n)); err != nil {
		return 0, err
	}
	_, err = f.db.Client(ctx).Feed.Update().Where(feed.CompanyID(companyID)).SetPosition(head + int64(n)).Save(ctx)
	return n, err
}

// lock locks the ends of a company's feed and returns them.
func (f *Feed) lock(ctx context.Context, companyID uuid.UUID) (*ent.Feed, error) {
	client := f.db.Client(ctx)
	read := func() (*ent.Feed, error) {
		return client.Feed.Query().Where(feed.CompanyID(companyID)).Modify(entdb.Lock(sql.LockUpdate)).Only(ctx)
	}
	head, err := read()
	if ent.IsNotFound(err) {
		// Another replica may make it meanwhile.
		_, err = client.ExecContext(ctx, `INSERT INTO feeds (company_id, id) VALUES ($1, $2) ON CONFLICT DO NOTHING`,
			companyID, schematype.NewID(schematype.TypeOther))
		if err == nil {
			head, err = read()
		}
	}
	return head, err
}

// pendingBatch selects some of a company's pending changes along an index: after
// a long stall they are many, and the oldest of all would have to be sorted out
// anew for every batch. SQLite finds them in the order in which they were
// written, PostgreSQL needs to be told which index to follow.
func pendingBatch(database string) string {
	batch := `SELECT id FROM changes WHERE company_id = $1 AND position IS NULL`
	if database == dialect.Postgres {
		batch += ` ORDER BY directory_id, id`
	}
	return batch + ` LIMIT $2`
}

// number numbers a batch of pending changes from head on, in one statement.
func (f *Feed) number(ctx context.Context, companyID uuid.UUID, head int64) (int, error) {
	res, err := f.db.Client(ctx).ExecContext(ctx, `WITH batch AS (`+pendingBatch(f.db.Dialect())+`), numbered AS (SELECT id, row_number() OVER (ORDER BY id) AS n FROM batch)
UPDATE changes SET position = $3 + numbered.n FROM numbered WHERE changes.company_id = $1 AND changes.id = numbered.id`, companyID, sequenceBatch, head)
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	return int(n), err
}
