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

// OAuthClient is an identity provider that gets access tokens for one
// directory (RFC 6749 §2). Its id is the client id. It authenticates with a
// client secret, which is a [Key] of kind CLIENT; with a JWT signed by a key
// pair of its own (RFC 7523 §2.2); or with a JWT of another issuer that it
// trusts, which is workload identity federation.
type OAuthClient struct{ ent.Schema }

// Annotations of the OAuthClient.
func (OAuthClient) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Table("oauth_clients")}
}

// Mixin of the OAuthClient.
func (OAuthClient) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Type: schematype.TypeOAuthClient}, mixin.Company{Read: viewer.ScopeKeys, Write: viewer.ScopeKeys, Directory: "directory_id"}, mixin.Resource{}}
}

// Fields of the OAuthClient.
func (OAuthClient) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("directory_id", uuid.UUID{}).Immutable(),
		field.String("name").Validate(schematype.NotEmpty).MaxRuneLen(100),
		field.String("description").Default("").MaxRuneLen(250),
		field.Int("token_lifetime").Default(schematype.MaxTokenLifetime).Validate(schematype.IsTokenLifetime).
			Comment("How long its access tokens work, in seconds."),
		field.String("jwks").Default("").MaxLen(16384).
			Comment("The public keys that its own JWTs are signed with: a JWK Set (RFC 7517 §5). Empty for none."),
		field.String("federation_issuer").Default("").MaxLen(2048).
			Comment("The issuer whose JWTs stand for the client. Empty for none."),
		field.String("federation_audience").Default("").MaxLen(2048),
		field.String("federation_subject").Default("").MaxLen(2048),
		field.String("federation_jwks_uri").Default("").MaxLen(2048),
		field.Time("last_token_at").Optional().Nillable().
			Comment("When it last got an access token."),
		field.Time("revoked_at").Optional().Nillable(),
	}
}

// Indexes of the OAuthClient.
func (OAuthClient) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("company_id", "directory_id"),
		index.Fields("id"),
	}
}

// Interceptors of the OAuthClient.
func (OAuthClient) Interceptors() []ent.Interceptor {
	return []ent.Interceptor{rule.HideDeleted("directory_id")}
}

// Policy of the OAuthClient, after that of its tenancy.
func (OAuthClient) Policy() ent.Policy {
	return privacy.Policy{
		Query:    privacy.QueryPolicy{rule.DenyDirectoryKeys()},
		Mutation: privacy.MutationPolicy{rule.DenyDirectoryKeys(), rule.AdministeredDirectory("directory_id"), rule.DenyStrongerClients()},
	}
}
