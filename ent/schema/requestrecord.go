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

// RequestRecord is one SCIM request as it was received: never a secret, a
// header or a body. Its id carries the time it was answered at, so that a span
// of time is a range of ids.
type RequestRecord struct{ ent.Schema }

// Mixin of the RequestRecord.
func (RequestRecord) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Type: schematype.TypeRequestRecord}, mixin.Directory{Read: viewer.ScopeRecords}}
}

// Fields of the RequestRecord.
func (RequestRecord) Fields() []ent.Field {
	return []ent.Field{
		field.Time("at").Immutable(),
		field.UUID("key_id", uuid.UUID{}).Optional().Nillable().Immutable(),
		field.String("method").MaxLen(16).Immutable(),
		field.String("route").MaxLen(64).Immutable(),
		field.Enum("action").Immutable().Values("CREATE", "UPDATE", "DISABLE", "ENABLE", "DELETE", "MEMBERSHIP",
			"READ", "QUERY", "TEST_CONNECTION", "DISCOVERY", "OTHER"),
		field.Enum("outcome").Values("SUCCESS", "UNCHANGED", "REJECTED", "FAILED", "THROTTLED").Immutable(),
		field.UUID("target_id", uuid.UUID{}).Optional().Nillable().Immutable(),
		field.String("target_label").Default("").MaxRuneLen(256).Immutable().
			Comment("The user name or display name of the target, or the value that was searched for."),
		field.String("target_key").Default("").Immutable().Comment("The label, folded."),
		field.Int("status").Immutable(),
		field.String("scim_type").Default("").MaxLen(32).Immutable(),
		field.String("detail").Default("").MaxRuneLen(1000).Immutable(),
		field.Int64("duration_us").Immutable().Comment("In microseconds."),
		field.String("request_id").Default("").MaxLen(64).Immutable(),
		field.String("address").Default("").MaxLen(64).Immutable(),
		field.String("agent").Default("").MaxRuneLen(200).Immutable(),
		field.Strings("changed").Optional().Immutable().Comment("The names of the attributes that changed."),
		field.JSON("ignored", []schematype.Ignored{}).Optional().Immutable(),
		field.Bool("routine").Default(false).Immutable().
			Comment("It read something, and that went well. Most requests are such, so no index knows them but that of the ids."),
		field.Int64("lost_before").Default(0).Validate(schematype.NotNegative).Immutable().
			Comment("How many records before this one were given up because the database could not take them."),
	}
}

// Indexes of the RequestRecord.
func (RequestRecord) Indexes() []ent.Index {
	notable := entsql.IndexWhere("NOT routine")
	return []ent.Index{
		index.Fields("directory_id", "outcome", "id").Annotations(notable),
		index.Fields("directory_id", "target_id", "id").Annotations(notable),
		index.Fields("directory_id", "target_key", "id").Annotations(notable),
	}
}

// Policy of the RequestRecord, after that of its tenancy.
func (RequestRecord) Policy() ent.Policy {
	return privacy.Policy{
		Query:    privacy.QueryPolicy{rule.DenyDirectoryKeys()},
		Mutation: privacy.MutationPolicy{rule.DenyWrites()},
	}
}
