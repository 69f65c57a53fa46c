package tables

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
	"github.com/feddir/feddir/ent/generated/provisioningcycle"
	"github.com/feddir/feddir/ent/generated/requestrecord"
	"github.com/feddir/feddir/ent/generated/user"
	"github.com/feddir/feddir/graph/list"
)

// Set is the tables of a database, and the loaders that their rows prime. Safe
// for concurrent use.
type Set struct {
	Companies    list.Table[*ent.Company]
	Directories  list.Table[*ent.Directory]
	Users        list.Table[*ent.User]
	Groups       list.Table[*ent.Group]
	Memberships  list.Table[*ent.Membership]
	Keys         list.Table[*ent.Key]
	OAuthClients list.Table[*ent.OAuthClient]
	Records      list.Table[*ent.RequestRecord]
	Cycles       list.Table[*ent.ProvisioningCycle]
	Changes      list.Table[*ent.Change]

	loaders *loaders
}

// New returns the tables of a database.
func New(db *entdb.DB) *Set {
	l := new(loaders)
	t := &Set{
		loaders:      l,
		Companies:    list.NewTable(company.Table, companyID, func(ctx context.Context) *ent.CompanyQuery { return db.Client(ctx).Company.Query() }, l.primeCompanies),
		Directories:  list.NewTable(directory.Table, directoryID, func(ctx context.Context) *ent.DirectoryQuery { return db.Client(ctx).Directory.Query() }, l.primeDirectories),
		Users:        list.NewTable(user.Table, userID, func(ctx context.Context) *ent.UserQuery { return db.Client(ctx).User.Query() }, l.primeUsers),
		Groups:       list.NewTable(group.Table, groupID, func(ctx context.Context) *ent.GroupQuery { return db.Client(ctx).Group.Query() }, l.primeGroups),
		Memberships:  list.NewTable(membership.Table, membershipID, func(ctx context.Context) *ent.MembershipQuery { return db.Client(ctx).Membership.Query() }, l.primeMemberships),
		Keys:         list.NewTable(key.Table, keyID, func(ctx context.Context) *ent.KeyQuery { return db.Client(ctx).Key.Query() }, l.primeKeys),
		OAuthClients: list.NewTable(oauthclient.Table, oauthClientID, func(ctx context.Context) *ent.OAuthClientQuery { return db.Client(ctx).OAuthClient.Query() }, l.primeOAuthClients),
		Records:      list.NewTable(requestrecord.Table, recordID, func(ctx context.Context) *ent.RequestRecordQuery { return db.Client(ctx).RequestRecord.Query() }, l.primeRecords),
		Cycles: list.NewTable(provisioningcycle.Table, cycleID, func(ctx context.Context) *ent.ProvisioningCycleQuery { return db.Client(ctx).ProvisioningCycle.Query() },
			func(context.Context, []*ent.ProvisioningCycle) {}), // they lead to nothing
		Changes: list.NewTable(change.Table, changeID, func(ctx context.Context) *ent.ChangeQuery { return db.Client(ctx).Change.Query() }, l.primeChanges),
	}
	l.readFrom(t)
	return t
}

func companyID(c *ent.Company) uuid.UUID         { return c.ID }
func directoryID(d *ent.Directory) uuid.UUID     { return d.ID }
func userID(u *ent.User) uuid.UUID               { return u.ID }
func groupID(g *ent.Group) uuid.UUID             { return g.ID }
func membershipID(m *ent.Membership) uuid.UUID   { return m.ID }
func keyID(k *ent.Key) uuid.UUID                 { return k.ID }
func oauthClientID(c *ent.OAuthClient) uuid.UUID { return c.ID }
func recordID(rec *ent.RequestRecord) uuid.UUID  { return rec.ID }
func cycleID(c *ent.ProvisioningCycle) uuid.UUID { return c.ID }
func changeID(c *ent.Change) uuid.UUID           { return c.ID }
