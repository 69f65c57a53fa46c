package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"

	"github.com/feddir/feddir/ent/generated/privacy"
	"github.com/feddir/feddir/ent/mixin"
	"github.com/feddir/feddir/ent/rule"
	"github.com/feddir/feddir/ent/schematype"
)

// DirectoryHealth is what the requests of a directory's identity provider add
// up to. It is written with each batch of request records, not with each
// request, so that requests never wait for each other on it.
type DirectoryHealth struct{ ent.Schema }

// Mixin of the DirectoryHealth.
func (DirectoryHealth) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Type: schematype.TypeOther}, mixin.Directory{}}
}

// Fields of the DirectoryHealth.
func (DirectoryHealth) Fields() []ent.Field {
	return []ent.Field{
		field.Time("last_request_at").Optional().Nillable(),
		field.Time("last_success_at").Optional().Nillable(),
		field.Time("last_error_at").Optional().Nillable(),
		field.JSON("hours", []schematype.HourCount{}).Optional().Comment("The last day, hour by hour, oldest first."),
		field.JSON("latest_cycle", &schematype.Cycle{}).Optional(),
		field.JSON("previous_cycle", &schematype.Cycle{}).Optional(),
		field.Int64("record_count").Default(0).Comment("How many request records the directory has."),
	}
}

// Policy of the DirectoryHealth, after that of its tenancy.
func (DirectoryHealth) Policy() ent.Policy {
	return privacy.Policy{
		Query:    privacy.QueryPolicy{rule.DenyDirectoryKeys()},
		Mutation: privacy.MutationPolicy{rule.DenyWrites()},
	}
}
