package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
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
)

// tables are those that lists are read from.
type tables struct {
	companies    rows[*ent.Company]
	directories  rows[*ent.Directory]
	users        rows[*ent.User]
	groups       rows[*ent.Group]
	memberships  rows[*ent.Membership]
	keys         rows[*ent.Key]
	oauthClients rows[*ent.OAuthClient]
	records      rows[*ent.RequestRecord]
	changes      rows[*ent.Change]
}

// newTables returns the tables of a database, whose rows prime the loaders.
func newTables(db *entdb.DB, l *loaders) *tables {
	return &tables{
		companies:    rowsOf(company.Table, companyID, func(ctx context.Context) *ent.CompanyQuery { return db.Client(ctx).Company.Query() }, l.primeCompanies),
		directories:  rowsOf(directory.Table, directoryID, func(ctx context.Context) *ent.DirectoryQuery { return db.Client(ctx).Directory.Query() }, l.primeDirectories),
		users:        rowsOf(user.Table, userID, func(ctx context.Context) *ent.UserQuery { return db.Client(ctx).User.Query() }, l.primeUsers),
		groups:       rowsOf(group.Table, groupID, func(ctx context.Context) *ent.GroupQuery { return db.Client(ctx).Group.Query() }, l.primeGroups),
		memberships:  rowsOf(membership.Table, membershipID, func(ctx context.Context) *ent.MembershipQuery { return db.Client(ctx).Membership.Query() }, l.primeMemberships),
		keys:         rowsOf(key.Table, keyID, func(ctx context.Context) *ent.KeyQuery { return db.Client(ctx).Key.Query() }, l.primeKeys),
		oauthClients: rowsOf(oauthclient.Table, oauthClientID, func(ctx context.Context) *ent.OAuthClientQuery { return db.Client(ctx).OAuthClient.Query() }, l.primeOAuthClients),
		records:      rowsOf(requestrecord.Table, recordID, func(ctx context.Context) *ent.RequestRecordQuery { return db.Client(ctx).RequestRecord.Query() }, l.primeRecords),
		changes:      rowsOf(change.Table, changeID, func(ctx context.Context) *ent.ChangeQuery { return db.Client(ctx).Change.Query() }, l.primeChanges),
	}
}

func companyID(c *ent.Company) uuid.UUID         { return c.ID }
func directoryID(d *ent.Directory) uuid.UUID     { return d.ID }
func userID(u *ent.User) uuid.UUID               { return u.ID }
func groupID(g *ent.Group) uuid.UUID             { return g.ID }
func membershipID(m *ent.Membership) uuid.UUID   { return m.ID }
func keyID(k *ent.Key) uuid.UUID                 { return k.ID }
func oauthClientID(c *ent.OAuthClient) uuid.UUID { return c.ID }
func recordID(rec *ent.RequestRecord) uuid.UUID  { return rec.ID }
func changeID(c *ent.Change) uuid.UUID           { return c.ID }
