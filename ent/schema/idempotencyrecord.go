package schema

import (
	"encoding/json"

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

// IdempotencyRecord remembers what a mutation with an idempotency key
// answered, written in the mutation's transaction, so that sending it again
// has no second effect.
type IdempotencyRecord struct{ ent.Schema }

// Mixin of the IdempotencyRecord.
func (IdempotencyRecord) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Type: schematype.TypeOther}, mixin.Company{Read: viewer.ScopeAny, Write: viewer.ScopeAny}}
}

// Fields of the IdempotencyRecord.
func (IdempotencyRecord) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("key_id", uuid.UUID{}).Immutable(),
		field.String("idempotency_key").Validate(schematype.NotEmpty).MaxLen(255).Immutable(),
		field.Bytes("fingerprint").MaxLen(32).Immutable().
			Comment("Digest of the operation and its input: the same key with another input is an error."),
		field.JSON("payload", json.RawMessage{}).SchemaType(verbatim).Immutable(),
		field.Time("expires_at").Immutable(),
	}
}

// Indexes of the IdempotencyRecord.
func (IdempotencyRecord) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("company_id", "key_id", "idempotency_key").Unique(),
		index.Fields("expires_at"),
	}
}

// Policy of the IdempotencyRecord, after that of its tenancy.
func (IdempotencyRecord) Policy() ent.Policy {
	return privacy.Policy{
		Query:    privacy.QueryPolicy{rule.DenyDirectoryKeys()},
		Mutation: privacy.MutationPolicy{rule.DenyDirectoryKeys(), rule.DenyWrites(ent.OpUpdate, ent.OpUpdateOne, ent.OpDelete, ent.OpDeleteOne)},
	}
}
