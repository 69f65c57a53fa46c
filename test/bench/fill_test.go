package bench_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/uservalue"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
)

// batch is how many rows one statement inserts: SQLite takes 32,766 parameters.
const batch = 1000

// fill puts users into a fresh database, and groups of so many of them.
func fill(t testing.TB, url string, users int, groups []int) (p people) {
	t.Helper()
	ctx := viewer.WithOperator(context.Background())
	db, err := entdb.OpenCurrent(ctx, sqlconn.Config{URL: url, StatementTimeout: time.Hour, IdleInTxTimeout: time.Hour})
	check(t, err)
	defer db.Close()
	write := func(f func(context.Context, *ent.Client) error) {
		check(t, db.InTx(ctx, func(ctx context.Context) error { return f(ctx, db.Client(ctx)) }))
	}
	write(func(ctx context.Context, c *ent.Client) error {
		company, err := c.Company.Create().SetShortName("harbor").SetShortNameKey("harbor").SetName("Harbor").Save(ctx)
		if err != nil {
			return err
		}
		d, err := c.Directory.Create().SetCompanyID(company.ID).SetName("People").Save(ctx)
		p.company, p.directory = company.ID, d.ID
		return err
	})
	members := 0
	for from := 0; from < users; from += batch {
		ids := make([]uuid.UUID, min(batch, users-from))
		for i := range ids {
			ids[i] = schematype.NewID(schematype.TypeUser)
		}
		write(func(ctx context.Context, c *ent.Client) error { return p.addUsers(ctx, c, ids) })
		p.users = append(p.users, ids...)
	}
	for i, n := range groups {
		write(func(ctx context.Context, c *ent.Client) error {
			return p.addGroup(ctx, c, fmt.Sprintf("Crew %d", i), n)
		})
		for from := 0; from < n; from += batch {
			write(func(ctx context.Context, c *ent.Client) error {
				return p.addMembers(ctx, c, p.users[from:min(from+batch, n)])
			})
		}
		members += n
	}
	write(func(ctx context.Context, c *ent.Client) error {
		return c.DirectoryCount.Create().SetCompanyID(p.company).SetDirectoryID(p.directory).
			SetUserCount(int64(users)).SetActiveUserCount(int64(users)).
			SetGroupCount(int64(len(groups))).SetMembershipCount(int64(members)).Exec(ctx)
	})
	settle(t, db)
	return p
}

// settle lets the database know what it holds, as its own upkeep does in time.
func settle(t testing.TB, db *entdb.DB) {
	t.Helper()
	m, err := db.Conn().Maintenance(context.Background())
	check(t, err)
	defer m.Close()
	statement := "VACUUM ANALYZE"
	if db.Dialect() != "postgres" {
		statement = "PRAGMA wal_checkpoint(TRUNCATE)" // never ANALYZE: nobody runs it on a SQLite installation
	}
	_, err = m.Exec(statement)
	check(t, err)
}

func userName(i int) string { return fmt.Sprintf("ada.lovelace.%06d@harbor.example", i) }

// addUsers adds people with what Entra sends by default.
func (p *people) addUsers(ctx context.Context, c *ent.Client, ids []uuid.UUID) error {
	users := make([]*ent.UserCreate, len(ids))
	var values []*ent.UserValueCreate
	text := func(format string, args ...any) *string { s := fmt.Sprintf(format, args...); return &s }
	yes := true
	for i, id := range ids {
		n := len(p.users) + i
		name, shown := userName(n), fmt.Sprintf("Ada Lovelace %06d", n)
		users[i] = c.User.Create().SetID(id).SetCompanyID(p.company).SetDirectoryID(p.directory).SetSource(viewer.SourceSCIM).
			SetUserName(name).SetUserNameKey(schematype.Fold(name)).SetSortName(schematype.Fold(shown)).
			SetExternalID(fmt.Sprintf("6e3a2f5c-0d6e-4b5f-9a1c-%012d", n)).SetDisplayName(shown).
			SetName(&schematype.Name{GivenName: text("Ada"), FamilyName: text("Lovelace %06d", n)}).
			SetTitle("Harbour master").SetDepartment("Docks").SetEmployeeNumber(fmt.Sprint(n)).SetPreferredLanguage("en-GB").
			SetEmails([]schematype.MultiValue{{Value: &name, Type: text("work"), Primary: &yes}}).
			SetPhoneNumbers([]schematype.MultiValue{{Value: text("+41 44 %07d", n), Type: text("work")}}).
			SetSearchVersion(1)
		put := func(attribute uservalue.Attribute, value, typ string) {
			values = append(values, c.UserValue.Create().SetCompanyID(p.company).SetDirectoryID(p.directory).SetUserID(id).
				SetAttribute(attribute).SetValueKey(value).SetTypeKey(typ))
		}
		put(uservalue.AttributeEMAILS, schematype.Fold(name), "work")
		put(uservalue.AttributeNAME_WORDS, "ada", "")
		put(uservalue.AttributeNAME_WORDS, "lovelace", "")
		put(uservalue.AttributeNAME_WORDS, fmt.Sprintf("%06d", n), "")
		put(uservalue.AttributeWORK_WORDS, "harbour", "")
		put(uservalue.AttributeWORK_WORDS, "docks", "")
	}
	for from := 0; from < len(users); from += batch / 2 { // a user has many columns
		if err := c.User.CreateBulk(users[from:min(from+batch/2, len(users))]...).Exec(ctx); err != nil {
			return err
		}
	}
	for from := 0; from < len(values); from += 4 * batch {
		if err := c.UserValue.CreateBulk(values[from:min(from+4*batch, len(values))]...).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// addGroup adds a group whose members both protocols may change.
func (p *people) addGroup(ctx context.Context, c *ent.Client, name string, members int) error {
	g, err := c.Group.Create().SetCompanyID(p.company).SetDirectoryID(p.directory).SetSource(viewer.SourceAPI).
		SetDisplayName(name).SetDisplayNameKey(schematype.Fold(name)).SetMemberCount(int64(members)).Save(ctx)
	if err == nil {
		p.groups = append(p.groups, g.ID)
	}
	return err
}

// addMembers adds users to the last group.
func (p *people) addMembers(ctx context.Context, c *ent.Client, ids []uuid.UUID) error {
	rows := make([]*ent.MembershipCreate, len(ids))
	for i, id := range ids {
		rows[i] = c.Membership.Create().SetCompanyID(p.company).SetDirectoryID(p.directory).SetSource(viewer.SourceSCIM).
			SetGroupID(p.groups[len(p.groups)-1]).SetMemberID(id).SetUserID(id)
	}
	return c.Membership.CreateBulk(rows...).Exec(ctx)
}
