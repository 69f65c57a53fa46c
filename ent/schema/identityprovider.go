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

// IdentityProvider signs people of a company in by OpenID Connect.
type IdentityProvider struct{ ent.Schema }

// Annotations of the IdentityProvider.
func (IdentityProvider) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("identity_providers")}
}

// Mixin of the IdentityProvider. Who says who signs people in can make owners.
func (IdentityProvider) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Type: schematype.TypeIdentityProvider}, mixin.Company{Read: viewer.ScopeAccounts, Write: viewer.ScopeOwners}, mixin.Resource{}}
}

// Fields of the IdentityProvider.
func (IdentityProvider) Fields() []ent.Field {
	return []ent.Field{
		field.String("name").Validate(schematype.NotEmpty).MaxRuneLen(100),
		field.Enum("preset").Values("ENTRA", "GOOGLE", "OKTA", "GENERIC").Immutable(),
		field.Enum("state").Values("ACTIVE", "PAUSED").Default("ACTIVE"),
		field.String("issuer").Validate(schematype.NotEmpty).MaxLen(2048),
		field.String("client_id").Validate(schematype.NotEmpty).MaxLen(512),
		field.String("sealed_secret").MaxLen(4096).Sensitive().
			Comment("The client secret, encrypted with a key that is not in this row."),
		field.Enum("subject_claim").Values("SUB", "OID").Default("SUB").
			Comment("The claim that people are known by."),
		field.JSON("rules", []schematype.ClaimRule{}).Optional().
			Comment("Which values of which claims give which role."),
		field.UUID("people_directory_id", uuid.UUID{}).Optional().Nillable().
			Comment("The directory whose active users sign in with it, as readers."),
	}
}

// Indexes of the IdentityProvider.
func (IdentityProvider) Indexes() []ent.Index {
	return []ent.Index{index.Fields("company_id", "id")}
}

// Policy of the IdentityProvider, after that of its tenancy.
func (IdentityProvider) Policy() ent.Policy {
	return privacy.Policy{
		Query:    privacy.QueryPolicy{rule.DenyDirectoryKeys()},
		Mutation: privacy.MutationPolicy{rule.DenyDirectoryKeys()},
	}
}
