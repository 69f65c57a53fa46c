package member_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb/dbtest"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/feed"
	"github.com/feddir/feddir/graph/member"
	"github.com/feddir/feddir/graph/tables"
	"github.com/feddir/feddir/graph/tx"
	"github.com/feddir/feddir/internal/token"
)

// world is a directory and the members of its groups.
type world struct {
	*member.Members
	tx                 *tx.Runner
	ctx                context.Context // of the directory's key
	company, directory uuid.UUID
}

func onEachDatabase(t *testing.T, test func(t *testing.T, w *world)) {
	dbtest.Each(t, func(t *testing.T, url string) {
		db := dbtest.Open(t, url)
		run := tx.New(db)
		w := &world{Members: member.New(run, feed.New(db, feed.Config{}), tables.New(db).Memberships, token.New(nil)), tx: run}
		w.run(t, viewer.WithOperator(t.Context()), func(ctx context.Context, c *ent.Client) error {
			company, err := c.Company.Create().SetShortName("harbor").SetShortNameKey("harbor").SetName("Harbor").Save(ctx)
			if err != nil {
				return err
			}
			d, err := c.Directory.Create().SetCompanyID(company.ID).SetName("Staff").Save(ctx)
			if err == nil {
				w.company, w.directory = company.ID, d.ID
			}
			return err
		})
		w.ctx = viewer.NewContext(t.Context(), viewer.Viewer{
			Kind: viewer.DirectoryKey, CompanyID: w.company, DirectoryID: w.directory, KeyID: schematype.NewID(schematype.TypeKey), Source: viewer.SourceSCIM,
		})
		test(t, w)
	})
}

func (w *world) run(t *testing.T, ctx context.Context, f func(ctx context.Context, c *ent.Client) error) {
	t.Helper()
	if err := w.tx.InTx(ctx, func(ctx context.Context) error { return f(ctx, w.tx.Client(ctx)) }); err != nil {
		t.Fatal(err)
	}
}

// groups makes groups, in the order of their ids.
func (w *world) groups(t *testing.T, n int) []uuid.UUID {
	t.Helper()
	ids := make([]uuid.UUID, n)
	w.run(t, w.ctx, func(ctx context.Context, c *ent.Client) error {
		for i := range ids {
			ids[i] = schematype.NewID(schematype.TypeGroup)
			name := fmt.Sprintf("Group %02d", i)
			err := c.Group.Create().SetID(ids[i]).SetCompanyID(w.company).SetDirectoryID(w.directory).SetSource(viewer.SourceSCIM).
				SetDisplayName(name).SetDisplayNameKey(ids[i].String()).Exec(ctx)
			if err != nil {
				return err
			}
		}
		return nil
	})
	return tx.Distinct(ids)
}

// users makes users, in the order of their ids.
func (w *world) users(t *testing.T, n int) []uuid.UUID {
	t.Helper()
	ids := make([]uuid.UUID, n)
	w.run(t, w.ctx, func(ctx context.Context, c *ent.Client) error {
		for from := 0; from < n; from += 500 {
			var users []*ent.UserCreate
			for i := from; i < min(from+500, n); i++ {
				ids[i] = schematype.NewID(schematype.TypeUser)
				name := ids[i].String()
				users = append(users, c.User.Create().SetID(ids[i]).SetCompanyID(w.company).SetDirectoryID(w.directory).SetSource(viewer.SourceSCIM).
					SetUserName(name).SetUserNameKey(name).SetSortName(name))
			}
			if err := c.User.CreateBulk(users...).Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	return tx.Distinct(ids)
}

// add and remove are Add and Remove in a transaction of their own.
func (w *world) add(group uuid.UUID, ids ...uuid.UUID) (int, error) {
	return tx.Do(w.ctx, w.tx, func(ctx context.Context) (int, error) { return w.Add(ctx, group, nil, ids) })
}

func (w *world) remove(group uuid.UUID, ids ...uuid.UUID) (int, error) {
	return tx.Do(w.ctx, w.tx, func(ctx context.Context) (int, error) { return w.Remove(ctx, group, nil, ids) })
}

// group reads a group and the ids of its members.
func (w *world) group(t *testing.T, id uuid.UUID) (g *ent.Group, members []uuid.UUID) {
	t.Helper()
	g, err := w.tx.Client(w.ctx).Group.Get(w.ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := w.List(w.ctx, id, uuid.Nil, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		members = append(members, row.MemberID)
	}
	return g, members
}
