package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/generated/privacy"
	"github.com/feddir/feddir/ent/mixin"
	"github.com/feddir/feddir/ent/rule"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
)

// Key is a secret that opens an API, or with which an OAuth client gets the
// tokens that do. Of the secret only a digest is kept.
type Key struct{ ent.Schema }

// Mixin of the Key.
func (Key) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Type: schematype.TypeKey}, mixin.Company{Read: viewer.ScopeKeys, Write: viewer.ScopeKeys}, mixin.Resource{}}
}

// Fields of the Key.
func (Key) Fields() []ent.Field {
	return []ent.Field{
		field.Enum("kind").Values("DIRECTORY", "API", "CLIENT").Immutable(),
		field.UUID("directory_id", uuid.UUID{}).Optional().Nillable().Immutable().
			Comment("The directory that a directory key or client secret opens; none for an API key."),
		field.UUID("client_id", uuid.UUID{}).Optional().Nillable().Immutable().
			Comment("The OAuth client that a client secret authenticates; none for other keys."),
		field.String("name").Validate(schematype.NotEmpty).MaxRuneLen(100),
		field.String("description").Default("").MaxRuneLen(250),
		field.String("issuer").Default("").MaxLen(2048).Immutable(),
		field.Bytes("digest").MaxLen(32).Validate(schematype.IsDigest).Sensitive().Immutable(),
		field.String("prefix").MaxLen(16).Immutable().
			Comment("The first characters of the secret, to tell keys apart."),
		field.JSON("scopes", []viewer.Scope{}).Optional(),
		field.JSON("origins", []string{}).Optional().
			Comment("The web origins whose pages may use an API key."),
		field.Bool("trusted_documents_only").Default(false).
			Comment("Whether an API key runs only the operator's trusted documents."),
		field.Time("expires_at").Optional().Nillable(),
		field.Time("last_used_at").Optional().Nillable(),
		field.String("last_used_address").Default("").MaxLen(64),
		field.String("last_used_agent").Default("").MaxRuneLen(200),
		field.Time("first_used_at").Optional().Nillable().
			Comment("Not known of keys that were used before that was kept."),
		field.Int64("refused_count").Optional().Nillable().Comment("Requests that were refused because the key had ended."),
		field.Time("last_refused_at").Optional().Nillable(),
		field.String("last_refused_address").Optional().Nillable().MaxLen(64),
		field.String("last_refused_agent").Optional().Nillable().MaxRuneLen(200),
		field.Time("revoked_at").Optional().Nillable(),
		field.UUID("successor_id", uuid.UUID{}).Optional().Nillable().
			Comment("The key that replaces this one after a rotation."),
		field.Enum("created_by").GoType(viewer.Kind("")).Optional().Nillable().Immutable().
			Comment("What sort of caller made it; not known of those made before that was kept."),
		field.UUID("created_by_key", uuid.UUID{}).Optional().Nillable().Immutable().
			Comment("The key that was shown then; none for operators."),
	}
}

// Indexes of the Key.
func (Key) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("digest").Unique(),
		index.Fields("company_id", "directory_id"),
		index.Fields("company_id", "client_id"),
		index.Fields("company_id", "name", "id"),
		index.Fields("company_id", "updated_at", "id"),
		index.Fields("id").StorageKey("key_origins").Annotations(entsql.IndexWhere("origins IS NOT NULL")),
	}
}

// Interceptors of the Key.
func (Key) Interceptors() []ent.Interceptor {
	return []ent.Interceptor{rule.HideDeletedOrNone("directory_id")}
}

// Policy of the Key, after that of its tenancy.
func (Key) Policy() ent.Policy {
	return privacy.Policy{
		Query:    privacy.QueryPolicy{rule.DenyDirectoryKeys()},
		Mutation: privacy.MutationPolicy{rule.DenyDirectoryKeys(), rule.AdministeredDirectory("directory_id"), rule.DenyStrongerKeys()},
	}
}
