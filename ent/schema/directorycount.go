package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"

	"github.com/feddir/feddir/ent/generated/privacy"
	"github.com/feddir/feddir/ent/mixin"
	"github.com/feddir/feddir/ent/rule"
	"github.com/feddir/feddir/ent/schematype"
)

// DirectoryCount is how much a directory holds, up to the last change that
// was given its sequence number. Only sequencing writes it; a reader adds
// what the changes since then say.
type DirectoryCount struct{ ent.Schema }

// Mixin of the DirectoryCount.
func (DirectoryCount) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Type: schematype.TypeOther}, mixin.Directory{}}
}

// Fields of the DirectoryCount.
func (DirectoryCount) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("user_count").Default(0),
		field.Int64("active_user_count").Default(0),
		field.Int64("group_count").Default(0),
		field.Int64("membership_count").Default(0),
	}
}

// Policy of the DirectoryCount, after that of its tenancy.
func (DirectoryCount) Policy() ent.Policy {
	return privacy.Policy{Mutation: privacy.MutationPolicy{rule.DenyWrites()}}
}
