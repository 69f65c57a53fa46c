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

// Identity is how an account is known to an identity provider: by issuer and
// subject (OpenID Connect Core 1.0, section 2), never by its mail address.
type Identity struct{ ent.Schema }

// Mixin of the Identity.
func (Identity) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Type: schematype.TypeOther}, mixin.OwnAccount{Column: "account_id", Read: viewer.ScopeAccounts, Write: viewer.ScopeAccounts}}
}

// Fields of the Identity.
func (Identity) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("account_id", uuid.UUID{}).Immutable(),
		field.String("issuer").MaxLen(2048).Immutable(),
		field.String("subject").MaxLen(255).Immutable(),
		field.Enum("admission").Values("INVITATION", "RULE", "DIRECTORY").Default("INVITATION").Immutable().
			Comment("What let the person in. Who a rule let in has the role that the rules give at each sign-in."),
		field.Time("created_at").Immutable().Default(schematype.Now),
		field.Time("last_used_at").Optional().Nillable(),
	}
}

// Indexes of the Identity.
func (Identity) Indexes() []ent.Index {
	return []ent.Index{index.Fields("company_id", "subject", "issuer").Unique(), index.Fields("company_id", "account_id")}
}

// Policy of the Identity, after that of its tenancy: the server alone writes who
// signed in.
func (Identity) Policy() ent.Policy {
	return privacy.Policy{Mutation: privacy.MutationPolicy{rule.DenyWrites()}}
}
