package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/generated/privacy"
	"github.com/feddir/feddir/ent/mixin"
	"github.com/feddir/feddir/ent/rule"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
)

// SignInLink signs in to an account once, for recovery and for programs. Of its
// secret only a digest is kept.
type SignInLink struct{ ent.Schema }

// Annotations of the SignInLink.
func (SignInLink) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("sign_in_links")}
}

// Mixin of the SignInLink.
func (SignInLink) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Type: schematype.TypeOther}, mixin.Company{Read: viewer.ScopeAccounts, Write: viewer.ScopeAccounts}}
}

// Fields of the SignInLink.
func (SignInLink) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("account_id", uuid.UUID{}).Immutable(),
		field.Bytes("digest").MaxLen(32).Validate(schematype.IsDigest).Sensitive().Immutable(),
		field.Time("created_at").Immutable().Default(schematype.Now),
		field.Time("expires_at").Immutable(),
	}
}

// Indexes of the SignInLink.
func (SignInLink) Indexes() []ent.Index {
	return []ent.Index{index.Fields("digest").Unique(), index.Fields("company_id", "account_id"), index.Fields("expires_at")}
}

// Policy of the SignInLink, after that of its tenancy: only the operator makes
// them.
func (SignInLink) Policy() ent.Policy {
	return privacy.Policy{
		Query:    privacy.QueryPolicy{rule.DenyDirectoryKeys()},
		Mutation: privacy.MutationPolicy{rule.DenyWrites()},
	}
}
