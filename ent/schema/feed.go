package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/feddir/feddir/ent/generated/privacy"
	"github.com/feddir/feddir/ent/mixin"
	"github.com/feddir/feddir/ent/rule"
	"github.com/feddir/feddir/ent/schematype"
)

// Feed is the head of a company's feed of changes, the position given last, and
// its tail, the last position whose change is no longer kept.
type Feed struct{ ent.Schema }

// Mixin of the Feed.
func (Feed) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Type: schematype.TypeOther}, mixin.Company{}}
}

// Fields of the Feed.
func (Feed) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("position").Default(0).Validate(schematype.NotNegative),
		field.Int64("swept").Default(0).Validate(schematype.NotNegative).
			Comment("The changes up to this position were deleted: who has read less far has missed some."),
	}
}

// Indexes of the Feed.
func (Feed) Indexes() []ent.Index {
	return []ent.Index{index.Fields("company_id").Unique()}
}

// Policy of the Feed, after that of its tenancy.
func (Feed) Policy() ent.Policy {
	return privacy.Policy{
		Query:    privacy.QueryPolicy{rule.DenyDirectoryKeys()},
		Mutation: privacy.MutationPolicy{rule.DenyWrites()},
	}
}
