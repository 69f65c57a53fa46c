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

// AccessToken is a short-lived secret that an OAuth client got for its
// directory. Of the secret only a digest is kept.
type AccessToken struct{ ent.Schema }

// Mixin of the AccessToken.
func (AccessToken) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Type: schematype.TypeOther}, mixin.Company{Read: viewer.ScopeKeys, Write: viewer.ScopeKeys, Directory: "directory_id"}}
}

// Fields of the AccessToken.
func (AccessToken) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("directory_id", uuid.UUID{}).Immutable(),
		field.UUID("client_id", uuid.UUID{}).Immutable(),
		field.UUID("key_id", uuid.UUID{}).Optional().Nillable().Immutable().
			Comment("The client secret that it was got with; none for a JWT."),
		field.Bytes("digest").MaxLen(32).Validate(schematype.IsDigest).Sensitive().Immutable(),
		field.Bytes("assertion").MaxLen(32).Optional().Nillable().Immutable().
			Comment("Digest of the jti of the client's own JWT that it was got with, so that none is good twice (RFC 7523 §3)."),
		field.Time("expires_at"),
		field.Time("created_at").Immutable().Default(schematype.Now),
	}
}

// Indexes of the AccessToken.
func (AccessToken) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("digest").Unique(),
		index.Fields("company_id", "client_id", "assertion").Unique(),
		index.Fields("expires_at"),
	}
}

// Policy of the AccessToken, after that of its tenancy: only the server itself
// has to do with them.
func (AccessToken) Policy() ent.Policy {
	return privacy.Policy{
		Query:    privacy.QueryPolicy{rule.DenyDirectoryKeys()},
		Mutation: privacy.MutationPolicy{rule.DenyWrites()},
	}
}
