package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/generated/privacy"
	"github.com/feddir/feddir/ent/mixin"
	"github.com/feddir/feddir/ent/rule"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
)

// Session is one sign-in of an account, on one device. Of its cookie only a
// digest is kept. An ended session is deleted.
type Session struct{ ent.Schema }

// Mixin of the Session.
func (Session) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Type: schematype.TypeSession}, mixin.OwnAccount{Column: "account_id", Read: viewer.ScopeAccounts, Write: viewer.ScopeAccounts, OwnWrite: true}}
}

// Fields of the Session.
func (Session) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("account_id", uuid.UUID{}).Immutable(),
		field.Bytes("digest").MaxLen(32).Validate(schematype.IsDigest).Sensitive().Immutable(),
		field.Enum("method").Values("SETUP", "LINK", "PASSKEY", "IDENTITY_PROVIDER").Immutable(),
		field.UUID("identity_provider_id", uuid.UUID{}).Optional().Nillable().Immutable(),
		field.String("subject").Default("").MaxLen(255).Immutable().
			Comment("Who the identity provider said it is; with it the provider ends the session."),
		field.String("provider_session").Default("").MaxLen(255).Immutable().
			Comment("The provider's own session, its claim sid."),
		field.String("address").Default("").MaxLen(64),
		field.String("agent").Default("").MaxRuneLen(200),
		field.Time("authenticated_at").
			Comment("When the person last showed a passkey, or that their provider knows them."),
		field.Time("created_at").Immutable().Default(schematype.Now),
		field.Time("last_used_at"),
		field.Time("expires_at").Immutable().
			Comment("When it ends, however much it is used."),
	}
}

// Indexes of the Session.
func (Session) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("digest").Unique(),
		index.Fields("company_id", "account_id", "id"),
		index.Fields("company_id", "identity_provider_id", "subject"),
		index.Fields("expires_at"),
	}
}

// Policy of the Session, after that of its tenancy: the server alone makes
// sessions, and viewers end them.
func (Session) Policy() ent.Policy {
	return privacy.Policy{Mutation: privacy.MutationPolicy{rule.DenyWrites(ent.OpCreate, ent.OpUpdate, ent.OpUpdateOne)}}
}
