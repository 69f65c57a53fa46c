package rule_test

import (
	"context"
	"crypto/rand"
	"encoding/json"

	entgo "entgo.io/ent"
	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/accesstoken"
	"github.com/feddir/feddir/ent/generated/account"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/company"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/directorycount"
	"github.com/feddir/feddir/ent/generated/directoryhealth"
	"github.com/feddir/feddir/ent/generated/feed"
	"github.com/feddir/feddir/ent/generated/group"
	"github.com/feddir/feddir/ent/generated/idempotencyrecord"
	"github.com/feddir/feddir/ent/generated/identity"
	"github.com/feddir/feddir/ent/generated/identityprovider"
	"github.com/feddir/feddir/ent/generated/invitation"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/generated/membership"
	"github.com/feddir/feddir/ent/generated/oauthclient"
	"github.com/feddir/feddir/ent/generated/passkey"
	"github.com/feddir/feddir/ent/generated/provisioningcycle"
	"github.com/feddir/feddir/ent/generated/requestrecord"
	"github.com/feddir/feddir/ent/generated/session"
	"github.com/feddir/feddir/ent/generated/signinlink"
	"github.com/feddir/feddir/ent/generated/user"
	"github.com/feddir/feddir/ent/generated/uservalue"
	"github.com/feddir/feddir/ent/schema"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
)

// entity is what the tests need to know of one: how to use it, and who may.
type entity struct {
	table  string
	policy *ent.Policy
	schema entgo.Interface
	access

	count  func(context.Context, *ent.Client) (int, error)
	update func(context.Context, *ent.Client) (int, error)
	remove func(context.Context, *ent.Client) (int, error)
	create func(context.Context, *ent.Client, place) error
	// stronger creates what takes all scopes to create; nil where there is no such thing.
	stronger func(context.Context, *ent.Client, place) error
}

// access says who may do what, without the rules' help.
type access struct {
	read, write  viewer.Scope   // of API keys
	operatorOps  string         // of "cud" (create, update, delete), what only operators and the server do
	keyOps       string         // of "rcud", what directory keys do
	ofDirectory  bool           // rows belong to a directory, not to the company as a whole
	refers       bool           // the database holds that the row's directory is of its company
	once         bool           // a company has one, which is there
	strong       bool           // to change one takes all scopes
	ofKeys       int            // rows of a directory that only who reads keys sees
	own          string         // of "rcud", what accounts do with their own without the scope
	ownCreate    bool           // nobody creates one for an account but itself
	gives        bool           // it gives the role of readers, so that its maker must hold what they do
	strongest    []viewer.Scope // what it takes to create stronger; to read and write, if it is nil
	administered bool           // it is of a directory, which somebody administers
	companys     bool           // who administers some directories alone may not change it
}

var entities = []entity{
	{
		table: company.Table, policy: &company.Policy, schema: schema.Company{},
		access: access{read: viewer.ScopeRead, write: viewer.ScopeWrite, operatorOps: "cd", keyOps: "r", companys: true},
		count:  func(ctx context.Context, c *ent.Client) (int, error) { return c.Company.Query().Count(ctx) },
		update: func(ctx context.Context, c *ent.Client) (int, error) {
			return touch(ctx, c.Company.Update(), "name", "x")
		},
		remove: func(ctx context.Context, c *ent.Client) (int, error) { return c.Company.Delete().Exec(ctx) },
		create: func(ctx context.Context, c *ent.Client, _ place) error {
			name := rand.Text()
			return c.Company.Create().SetName(name).SetShortName(name).SetShortNameKey(schematype.Fold(name)).Exec(ctx)
		},
	},
	{
		table: directory.Table, policy: &directory.Policy, schema: schema.Directory{},
		access: access{administered: true, read: viewer.ScopeRead, write: viewer.ScopeWrite, keyOps: "r", ofDirectory: true},
		count:  func(ctx context.Context, c *ent.Client) (int, error) { return c.Directory.Query().Count(ctx) },
		update: func(ctx context.Context, c *ent.Client) (int, error) {
			return touch(ctx, c.Directory.Update(), "name", "x")
		},
		remove: func(ctx context.Context, c *ent.Client) (int, error) { return c.Directory.Delete().Exec(ctx) },
		create: func(ctx context.Context, c *ent.Client, p place) error {
			return c.Directory.Create().SetCompanyID(p.company).SetName("x").Exec(ctx)
		},
	},
	{
		table: directorycount.Table, policy: &directorycount.Policy, schema: schema.DirectoryCount{},
		access: access{read: viewer.ScopeRead, write: viewer.ScopeWrite, operatorOps: "cud", keyOps: "r", ofDirectory: true, refers: true},
		count:  func(ctx context.Context, c *ent.Client) (int, error) { return c.DirectoryCount.Query().Count(ctx) },
		update: func(ctx context.Context, c *ent.Client) (int, error) {
			return touch(ctx, c.DirectoryCount.Update(), "user_count", 7)
		},
		remove: func(ctx context.Context, c *ent.Client) (int, error) { return c.DirectoryCount.Delete().Exec(ctx) },
		create: func(ctx context.Context, c *ent.Client, p place) error {
			return c.DirectoryCount.Create().SetCompanyID(p.company).SetDirectoryID(p.empty).Exec(ctx)
		},
	},
	{
		table: key.Table, policy: &key.Policy, schema: schema.Key{},
		access: access{administered: true, read: viewer.ScopeKeys, write: viewer.ScopeKeys, refers: true},
		count:  func(ctx context.Context, c *ent.Client) (int, error) { return c.Key.Query().Count(ctx) },
		update: func(ctx context.Context, c *ent.Client) (int, error) { return touch(ctx, c.Key.Update(), "name", "x") },
		remove: func(ctx context.Context, c *ent.Client) (int, error) { return c.Key.Delete().Exec(ctx) },
		create: func(ctx context.Context, c *ent.Client, p place) error {
			return newKey(c, p).SetKind(key.KindAPI).SetScopes([]viewer.Scope{viewer.ScopeKeys}).Exec(ctx)
		},
		stronger: func(ctx context.Context, c *ent.Client, p place) error {
			return newKey(c, p).SetKind(key.KindDIRECTORY).Exec(ctx)
		},
	},
	{
		table: oauthclient.Table, policy: &oauthclient.Policy, schema: schema.OAuthClient{},
		access: access{administered: true, read: viewer.ScopeKeys, write: viewer.ScopeKeys, strong: true, refers: true},
		count:  func(ctx context.Context, c *ent.Client) (int, error) { return c.OAuthClient.Query().Count(ctx) },
		update: func(ctx context.Context, c *ent.Client) (int, error) {
			return touch(ctx, c.OAuthClient.Update(), "name", "x")
		},
		remove: func(ctx context.Context, c *ent.Client) (int, error) { return c.OAuthClient.Delete().Exec(ctx) },
		create: func(ctx context.Context, c *ent.Client, p place) error {
			return c.OAuthClient.Create().SetCompanyID(p.company).SetDirectoryID(p.directory).SetName("x").Exec(ctx)
		},
	},
	{
		table: accesstoken.Table, policy: &accesstoken.Policy, schema: schema.AccessToken{},
		access: access{read: viewer.ScopeKeys, write: viewer.ScopeKeys, operatorOps: "cud", refers: true},
		count:  func(ctx context.Context, c *ent.Client) (int, error) { return c.AccessToken.Query().Count(ctx) },
		update: func(ctx context.Context, c *ent.Client) (int, error) {
			return touch(ctx, c.AccessToken.Update(), "expires_at", schematype.Now())
		},
		remove: func(ctx context.Context, c *ent.Client) (int, error) { return c.AccessToken.Delete().Exec(ctx) },
		create: func(ctx context.Context, c *ent.Client, p place) error {
			return c.AccessToken.Create().SetCompanyID(p.company).SetDirectoryID(p.directory).SetClientID(p.client).
				SetDigest(newDigest()).SetExpiresAt(schematype.Now()).Exec(ctx)
		},
	},
	{
		table: user.Table, policy: &user.Policy, schema: schema.User{},
		access: access{administered: true, read: viewer.ScopeRead, write: viewer.ScopeWrite, keyOps: "rcud", ofDirectory: true, refers: true},
		count:  func(ctx context.Context, c *ent.Client) (int, error) { return c.User.Query().Count(ctx) },
		update: func(ctx context.Context, c *ent.Client) (int, error) {
			return touch(ctx, c.User.Update(), "title", "x")
		},
		remove: func(ctx context.Context, c *ent.Client) (int, error) { return c.User.Delete().Exec(ctx) },
		create: func(ctx context.Context, c *ent.Client, p place) error { return newUser(c, p, uuid.Nil).Exec(ctx) },
	},
	{
		table: uservalue.Table, policy: &uservalue.Policy, schema: schema.UserValue{},
		access: access{administered: true, read: viewer.ScopeRead, write: viewer.ScopeWrite, keyOps: "rcud", ofDirectory: true, refers: true},
		count:  func(ctx context.Context, c *ent.Client) (int, error) { return c.UserValue.Query().Count(ctx) },
		update: func(ctx context.Context, c *ent.Client) (int, error) {
			return touch(ctx, c.UserValue.Update(), "type_key", "x")
		},
		remove: func(ctx context.Context, c *ent.Client) (int, error) { return c.UserValue.Delete().Exec(ctx) },
		create: func(ctx context.Context, c *ent.Client, p place) error {
			return c.UserValue.Create().SetCompanyID(p.company).SetDirectoryID(p.directory).SetUserID(p.user).
				SetAttribute(uservalue.AttributeEMAILS).SetValueKey("x").Exec(ctx)
		},
	},
	{
		table: group.Table, policy: &group.Policy, schema: schema.Group{},
		access: access{administered: true, read: viewer.ScopeRead, write: viewer.ScopeWrite, keyOps: "rcud", ofDirectory: true, refers: true},
		count:  func(ctx context.Context, c *ent.Client) (int, error) { return c.Group.Query().Count(ctx) },
		update: func(ctx context.Context, c *ent.Client) (int, error) {
			return touch(ctx, c.Group.Update(), "display_name", "x")
		},
		remove: func(ctx context.Context, c *ent.Client) (int, error) { return c.Group.Delete().Exec(ctx) },
		create: func(ctx context.Context, c *ent.Client, p place) error { return newGroup(c, p, uuid.Nil).Exec(ctx) },
	},
	{
		table: membership.Table, policy: &membership.Policy, schema: schema.Membership{},
		access: access{administered: true, read: viewer.ScopeRead, write: viewer.ScopeWrite, keyOps: "rcud", ofDirectory: true, refers: true},
		count:  func(ctx context.Context, c *ent.Client) (int, error) { return c.Membership.Query().Count(ctx) },
		update: func(ctx context.Context, c *ent.Client) (int, error) {
			return touch(ctx, c.Membership.Update(), "source", "CLI")
		},
		remove: func(ctx context.Context, c *ent.Client) (int, error) { return c.Membership.Delete().Exec(ctx) },
		create: func(ctx context.Context, c *ent.Client, p place) error {
			return c.Membership.Create().SetCompanyID(p.company).SetDirectoryID(p.directory).SetSource(viewer.SourceAPI).
				SetGroupID(p.group).SetMemberID(p.stranger).SetUserID(p.stranger).Exec(ctx)
		},
	},
	{
		table: change.Table, policy: &change.Policy, schema: schema.Change{},
		access: access{read: viewer.ScopeRead, write: viewer.ScopeAny, operatorOps: "ud", keyOps: "c", ofDirectory: true, ofKeys: 1},
		count:  func(ctx context.Context, c *ent.Client) (int, error) { return c.Change.Query().Count(ctx) },
		update: func(ctx context.Context, c *ent.Client) (int, error) {
			return touch(ctx, c.Change.Update(), "request_id", "x")
		},
		remove: func(ctx context.Context, c *ent.Client) (int, error) { return c.Change.Delete().Exec(ctx) },
		create: func(ctx context.Context, c *ent.Client, p place) error {
			return c.Change.Create().SetCompanyID(p.company).SetDirectoryID(p.directory).
				SetKind(change.KindUPDATED).SetResourceType(change.ResourceTypeUSER).SetResourceID(p.user).SetResourceVersion(1).
				SetViewerKind(viewer.APIKey).SetSource(viewer.SourceAPI).Exec(ctx)
		},
	},
	{
		table: requestrecord.Table, policy: &requestrecord.Policy, schema: schema.RequestRecord{},
		access: access{read: viewer.ScopeRecords, write: viewer.ScopeWrite, operatorOps: "cud", ofDirectory: true},
		count:  func(ctx context.Context, c *ent.Client) (int, error) { return c.RequestRecord.Query().Count(ctx) },
		update: func(ctx context.Context, c *ent.Client) (int, error) {
			return touch(ctx, c.RequestRecord.Update(), "detail", "x")
		},
		remove: func(ctx context.Context, c *ent.Client) (int, error) { return c.RequestRecord.Delete().Exec(ctx) },
		create: func(ctx context.Context, c *ent.Client, p place) error {
			return c.RequestRecord.Create().SetCompanyID(p.company).SetDirectoryID(p.directory).SetAt(schematype.Now()).
				SetMethod("GET").SetRoute("/Users").SetAction(requestrecord.ActionQUERY).SetOutcome(requestrecord.OutcomeSUCCESS).
				SetTargetKey("x").SetStatus(200).SetDurationUs(1).Exec(ctx)
		},
	},
	{
		table: provisioningcycle.Table, policy: &provisioningcycle.Policy, schema: schema.ProvisioningCycle{},
		access: access{read: viewer.ScopeRead, write: viewer.ScopeWrite, operatorOps: "cud", ofDirectory: true},
		count:  func(ctx context.Context, c *ent.Client) (int, error) { return c.ProvisioningCycle.Query().Count(ctx) },
		update: func(ctx context.Context, c *ent.Client) (int, error) {
			return touch(ctx, c.ProvisioningCycle.Update(), "cycle", []byte(`{}`))
		},
		remove: func(ctx context.Context, c *ent.Client) (int, error) { return c.ProvisioningCycle.Delete().Exec(ctx) },
		create: func(ctx context.Context, c *ent.Client, p place) error {
			return c.ProvisioningCycle.Create().SetCompanyID(p.company).SetDirectoryID(p.directory).SetCycle(schematype.Cycle{}).Exec(ctx)
		},
	},
	{
		table: directoryhealth.Table, policy: &directoryhealth.Policy, schema: schema.DirectoryHealth{},
		access: access{read: viewer.ScopeRead, write: viewer.ScopeWrite, operatorOps: "cud", ofDirectory: true},
		count:  func(ctx context.Context, c *ent.Client) (int, error) { return c.DirectoryHealth.Query().Count(ctx) },
		update: func(ctx context.Context, c *ent.Client) (int, error) {
			return touch(ctx, c.DirectoryHealth.Update(), "record_count", 7)
		},
		remove: func(ctx context.Context, c *ent.Client) (int, error) { return c.DirectoryHealth.Delete().Exec(ctx) },
		create: func(ctx context.Context, c *ent.Client, p place) error {
			return c.DirectoryHealth.Create().SetCompanyID(p.company).SetDirectoryID(p.empty).Exec(ctx)
		},
	},
	{
		table: feed.Table, policy: &feed.Policy, schema: schema.Feed{},
		access: access{read: viewer.ScopeRead, write: viewer.ScopeWrite, operatorOps: "cud", once: true},
		count:  func(ctx context.Context, c *ent.Client) (int, error) { return c.Feed.Query().Count(ctx) },
		update: func(ctx context.Context, c *ent.Client) (int, error) {
			return touch(ctx, c.Feed.Update(), "position", 7)
		},
		remove: func(ctx context.Context, c *ent.Client) (int, error) { return c.Feed.Delete().Exec(ctx) },
		create: func(ctx context.Context, c *ent.Client, p place) error {
			return c.Feed.Create().SetCompanyID(p.company).Exec(ctx)
		},
	},
	{
		table: account.Table, policy: &account.Policy, schema: schema.Account{},
		access: access{read: viewer.ScopeAccounts, write: viewer.ScopeAccounts, own: "r", gives: true, strongest: viewer.Scopes},
		count:  func(ctx context.Context, c *ent.Client) (int, error) { return c.Account.Query().Count(ctx) },
		update: func(ctx context.Context, c *ent.Client) (int, error) {
			return touch(ctx, c.Account.Update(), "mail", "x")
		},
		remove: func(ctx context.Context, c *ent.Client) (int, error) { return c.Account.Delete().Exec(ctx) },
		create: func(ctx context.Context, c *ent.Client, p place) error {
			return newAccount(c, p, viewer.Reader).Exec(ctx)
		},
		stronger: func(ctx context.Context, c *ent.Client, p place) error {
			return newAccount(c, p, viewer.Owner).Exec(ctx)
		},
	},
	{
		table: identity.Table, policy: &identity.Policy, schema: schema.Identity{},
		access: access{read: viewer.ScopeAccounts, write: viewer.ScopeAccounts, operatorOps: "cud", own: "r", refers: true},
		count:  func(ctx context.Context, c *ent.Client) (int, error) { return c.Identity.Query().Count(ctx) },
		update: func(ctx context.Context, c *ent.Client) (int, error) {
			return touch(ctx, c.Identity.Update(), "last_used_at", schematype.Now())
		},
		remove: func(ctx context.Context, c *ent.Client) (int, error) { return c.Identity.Delete().Exec(ctx) },
		create: func(ctx context.Context, c *ent.Client, p place) error {
			return c.Identity.Create().SetCompanyID(p.company).SetAccountID(p.account).SetIssuer("x").SetSubject(rand.Text()).Exec(ctx)
		},
	},
	{
		table: passkey.Table, policy: &passkey.Policy, schema: schema.Passkey{},
		access: access{read: viewer.ScopeAccounts, write: viewer.ScopeAccounts, own: "rcud", ownCreate: true, refers: true},
		count:  func(ctx context.Context, c *ent.Client) (int, error) { return c.Passkey.Query().Count(ctx) },
		update: func(ctx context.Context, c *ent.Client) (int, error) {
			return touch(ctx, c.Passkey.Update(), "name", "x")
		},
		remove: func(ctx context.Context, c *ent.Client) (int, error) { return c.Passkey.Delete().Exec(ctx) },
		create: func(ctx context.Context, c *ent.Client, p place) error {
			return c.Passkey.Create().SetCompanyID(p.company).SetAccountID(p.account).SetName("x").
				SetCredentialID(newDigest()).SetPublicKey([]byte("x")).Exec(ctx)
		},
	},
	{
		table: session.Table, policy: &session.Policy, schema: schema.Session{},
		access: access{read: viewer.ScopeAccounts, write: viewer.ScopeAccounts, operatorOps: "cu", own: "rd", refers: true},
		count:  func(ctx context.Context, c *ent.Client) (int, error) { return c.Session.Query().Count(ctx) },
		update: func(ctx context.Context, c *ent.Client) (int, error) {
			return touch(ctx, c.Session.Update(), "agent", "x")
		},
		remove: func(ctx context.Context, c *ent.Client) (int, error) { return c.Session.Delete().Exec(ctx) },
		create: func(ctx context.Context, c *ent.Client, p place) error {
			now := schematype.Now()
			return c.Session.Create().SetCompanyID(p.company).SetAccountID(p.account).SetDigest(newDigest()).
				SetMethod(session.MethodPASSKEY).SetAuthenticatedAt(now).SetLastUsedAt(now).SetExpiresAt(now).Exec(ctx)
		},
	},
	{
		table: signinlink.Table, policy: &signinlink.Policy, schema: schema.SignInLink{},
		access: access{read: viewer.ScopeAccounts, write: viewer.ScopeAccounts, operatorOps: "cud", refers: true},
		count:  func(ctx context.Context, c *ent.Client) (int, error) { return c.SignInLink.Query().Count(ctx) },
		update: func(ctx context.Context, c *ent.Client) (int, error) {
			return touch(ctx, c.SignInLink.Update(), "expires_at", schematype.Now())
		},
		remove: func(ctx context.Context, c *ent.Client) (int, error) { return c.SignInLink.Delete().Exec(ctx) },
		create: func(ctx context.Context, c *ent.Client, p place) error {
			return c.SignInLink.Create().SetCompanyID(p.company).SetAccountID(p.account).SetDigest(newDigest()).SetExpiresAt(schematype.Now()).Exec(ctx)
		},
	},
	{
		table: invitation.Table, policy: &invitation.Policy, schema: schema.Invitation{},
		access: access{read: viewer.ScopeAccounts, write: viewer.ScopeAccounts, strongest: viewer.Scopes, gives: true},
		count:  func(ctx context.Context, c *ent.Client) (int, error) { return c.Invitation.Query().Count(ctx) },
		update: func(ctx context.Context, c *ent.Client) (int, error) {
			return touch(ctx, c.Invitation.Update(), "name", "x")
		},
		remove: func(ctx context.Context, c *ent.Client) (int, error) { return c.Invitation.Delete().Exec(ctx) },
		create: func(ctx context.Context, c *ent.Client, p place) error {
			return newInvitation(c, p, viewer.Reader).Exec(ctx)
		},
		stronger: func(ctx context.Context, c *ent.Client, p place) error {
			return newInvitation(c, p, viewer.Owner).Exec(ctx)
		},
	},
	{
		table: identityprovider.Table, policy: &identityprovider.Policy, schema: schema.IdentityProvider{},
		access: access{read: viewer.ScopeAccounts, write: viewer.ScopeOwners},
		count:  func(ctx context.Context, c *ent.Client) (int, error) { return c.IdentityProvider.Query().Count(ctx) },
		update: func(ctx context.Context, c *ent.Client) (int, error) {
			return touch(ctx, c.IdentityProvider.Update(), "name", "x")
		},
		remove: func(ctx context.Context, c *ent.Client) (int, error) { return c.IdentityProvider.Delete().Exec(ctx) },
		create: func(ctx context.Context, c *ent.Client, p place) error {
			return c.IdentityProvider.Create().SetCompanyID(p.company).SetName("x").SetPreset(identityprovider.PresetGENERIC).
				SetIssuer("x").SetClientID("x").SetSealedSecret("x").Exec(ctx)
		},
	},
	{
		table: idempotencyrecord.Table, policy: &idempotencyrecord.Policy, schema: schema.IdempotencyRecord{},
		access: access{read: viewer.ScopeAny, write: viewer.ScopeAny, operatorOps: "ud"},
		count:  func(ctx context.Context, c *ent.Client) (int, error) { return c.IdempotencyRecord.Query().Count(ctx) },
		update: func(ctx context.Context, c *ent.Client) (int, error) {
			return touch(ctx, c.IdempotencyRecord.Update(), "idempotency_key", "x")
		},
		remove: func(ctx context.Context, c *ent.Client) (int, error) { return c.IdempotencyRecord.Delete().Exec(ctx) },
		create: func(ctx context.Context, c *ent.Client, p place) error {
			return c.IdempotencyRecord.Create().SetCompanyID(p.company).SetKeyID(uuid.New()).SetIdempotencyKey("x").
				SetFingerprint([]byte("x")).SetPayload(json.RawMessage(`{}`)).SetExpiresAt(schematype.Now()).Exec(ctx)
		},
	},
}

type updater[U any] interface {
	Modify(...func(*sql.UpdateBuilder)) U
	Save(context.Context) (int, error)
}

// touch sets a column of all rows, also where the schema has no setter for it.
func touch[U updater[U]](ctx context.Context, u U, column string, value any) (int, error) {
	return u.Modify(func(b *sql.UpdateBuilder) { b.Set(column, value) }).Save(ctx)
}

func newUser(c *ent.Client, p place, id uuid.UUID) *ent.UserCreate {
	name := rand.Text()
	create := c.User.Create().SetCompanyID(p.company).SetDirectoryID(p.directory).SetSource(viewer.SourceAPI).
		SetUserName(name).SetUserNameKey(schematype.Fold(name)).SetSortName(name)
	if id != uuid.Nil {
		create.SetID(id)
	}
	return create
}

func newGroup(c *ent.Client, p place, id uuid.UUID) *ent.GroupCreate {
	name := rand.Text()
	create := c.Group.Create().SetCompanyID(p.company).SetDirectoryID(p.directory).SetSource(viewer.SourceAPI).
		SetDisplayName(name).SetDisplayNameKey(schematype.Fold(name))
	if id != uuid.Nil {
		create.SetID(id)
	}
	return create
}

func newAccount(c *ent.Client, p place, r viewer.Role) *ent.AccountCreate {
	return c.Account.Create().SetCompanyID(p.company).SetName("x").SetNameKey("x").SetRole(r)
}

func newInvitation(c *ent.Client, p place, r viewer.Role) *ent.InvitationCreate {
	return c.Invitation.Create().SetCompanyID(p.company).SetRole(r).SetDigest(newDigest()).SetExpiresAt(schematype.Now())
}

func newKey(c *ent.Client, p place) *ent.KeyCreate {
	return c.Key.Create().SetCompanyID(p.company).SetDirectoryID(p.directory).SetName("x").SetPrefix("x").SetDigest(newDigest())
}

func newDigest() []byte {
	digest := make([]byte, 32)
	rand.Read(digest)
	return digest
}
