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

// Invitation lets one person make an account with a role. Of its code only a
// digest is kept.
type Invitation struct{ ent.Schema }

// Mixin of the Invitation.
func (Invitation) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Type: schematype.TypeInvitation}, mixin.Company{Read: viewer.ScopeAccounts, Write: viewer.ScopeAccounts}, mixin.Resource{}}
}

// Fields of the Invitation.
func (Invitation) Fields() []ent.Field {
	return []ent.Field{
		field.String("name").Default("").MaxRuneLen(100).
			Comment("Who is invited."),
		field.String("mail").Default("").MaxRuneLen(320),
		field.Enum("role").GoType(viewer.Role("")).Immutable(),
		field.JSON("directory_ids", []uuid.UUID{}).Optional().Immutable(),
		field.Bytes("digest").MaxLen(32).Validate(schematype.IsDigest).Sensitive().Immutable(),
		field.Time("expires_at").Immutable(),
		field.Time("revoked_at").Optional().Nillable(),
		field.Time("accepted_at").Optional().Nillable(),
		field.UUID("account_id", uuid.UUID{}).Optional().Nillable().
			Comment("The account that came of it."),
		field.UUID("created_by_account", uuid.UUID{}).Optional().Nillable().Immutable().
			Comment("The account that invited; none where a key or the operator did."),
	}
}

// Indexes of the Invitation.
func (Invitation) Indexes() []ent.Index {
	return []ent.Index{index.Fields("digest").Unique(), index.Fields("company_id", "id")}
}

// Policy of the Invitation, after that of its tenancy.
func (Invitation) Policy() ent.Policy {
	return privacy.Policy{
		Query:    privacy.QueryPolicy{rule.DenyDirectoryKeys()},
		Mutation: privacy.MutationPolicy{rule.DenyDirectoryKeys(), rule.DenyStrongerInvitations()},
	}
}
