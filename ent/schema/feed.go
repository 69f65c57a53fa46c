package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/feddir/feddir/ent/generated/privacy"
	"github.com/feddir/feddir/ent/mixin"
	"github.com/feddir/feddir/ent/rule"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
)

// Feed is the head of a company's feed of changes: the position given last.
type Feed struct{ ent.Schema }

// Mixin of the Feed.
func (Feed) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Type: schematype.TypeOther}, mixin.Company{Read: viewer.ScopeRecords}}
}

// Fields of the Feed.
func (Feed) Fields() []ent.Field {
	return []ent.Field{field.Int64("position").Default(0).NonNegative()}
}

// Indexes of the Feed.
func (Feed) Indexes() []ent.Index {
	return []ent.Index{index.Fields("company_id").Unique()}
}

// Policy of the Feed, after that of its tenancy.
func (Feed) Policy() ent.Policy {
	return privacy.Policy{Mutation: privacy.MutationPolicy{rule.DenyWrites()}}
}
