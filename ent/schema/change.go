package schema

import (
	"encoding/json"

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

// Change is one committed change to a resource, written in the transaction
// that made it and never altered, but for its position.
type Change struct{ ent.Schema }

// Mixin of the Change.
func (Change) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Type: schematype.TypeChange}, mixin.Company{Write: viewer.ScopeAny, Directory: "directory_id"}, mixin.Source{}}
}

// Fields of the Change.
func (Change) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("directory_id", uuid.UUID{}).Optional().Nillable().Immutable(),
		field.Int64("position").Optional().Nillable().
			Comment("Place in the company's feed. It is given after the commit, so that a reader never passes a change that commits late."),
		field.Enum("kind").Values("CREATED", "UPDATED", "DELETED", "MEMBERS_ADDED", "MEMBERS_REMOVED").Immutable(),
		field.Enum("resource_type").Values("COMPANY", "DIRECTORY", "KEY", "OAUTH_CLIENT", "USER", "GROUP", "ACCOUNT", "INVITATION", "IDENTITY_PROVIDER").Immutable(),
		field.UUID("resource_id", uuid.UUID{}).Immutable(),
		field.Int64("resource_version").Immutable(),
		field.Enum("viewer_kind").GoType(viewer.Kind("")).Immutable(),
		field.UUID("key_id", uuid.UUID{}).Optional().Nillable().Immutable(),
		field.UUID("account_id", uuid.UUID{}).Optional().Nillable().Immutable(),
		field.UUID("session_id", uuid.UUID{}).Optional().Nillable().Immutable(),
		field.String("address").Default("").MaxLen(64).Immutable().
			Comment("The network address that an account changed it from."),
		field.JSON("before", map[string]json.RawMessage{}).SchemaType(verbatim).Optional().Immutable(),
		field.JSON("after", map[string]json.RawMessage{}).SchemaType(verbatim).Optional().Immutable(),
		field.Int32("users_delta").Default(0).Immutable(),
		field.Int32("active_users_delta").Default(0).Immutable(),
		field.Int32("groups_delta").Default(0).Immutable(),
		field.Int32("memberships_delta").Default(0).Immutable(),
		field.String("request_id").Default("").MaxLen(64).Immutable(),
		field.Time("created_at").Immutable().Default(schematype.Now),
	}
}

// Indexes of the Change.
func (Change) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("company_id", "position").Unique(),
		index.Fields("company_id", "resource_id", "id"),
		index.Fields("company_id", "account_id", "id").
			Annotations(entsql.IndexWhere("account_id IS NOT NULL")),
		index.Fields("company_id", "directory_id", "id").
			StorageKey("change_pending").
			Annotations(entsql.IndexWhere("position IS NULL")),
	}
}

// Policy of the Change, after that of its tenancy.
func (Change) Policy() ent.Policy {
	return privacy.Policy{
		Query:    privacy.QueryPolicy{rule.DenyDirectoryKeys(), rule.HideChangesOfKeys()},
		Mutation: privacy.MutationPolicy{rule.CreateInOwnDirectory("directory_id"), rule.DenyWrites(ent.OpUpdate, ent.OpUpdateOne, ent.OpDelete, ent.OpDeleteOne)},
	}
}
