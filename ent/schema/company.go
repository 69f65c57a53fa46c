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

// Company is the tenant: it owns directories and keys.
type Company struct{ ent.Schema }

// Mixin of the Company.
func (Company) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Type: schematype.TypeCompany}, mixin.OwnCompany{}, mixin.Resource{}}
}

// Fields of the Company.
func (Company) Fields() []ent.Field {
	return []ent.Field{
		field.String("short_name").Validate(schematype.IsShortName).
			Comment("Name in addresses, unique in the installation ignoring case."),
		field.String("short_name_key").MaxLen(50).
			Comment("The short name folded, or what is no short name once the company is being deleted."),
		field.String("name").Validate(schematype.NotEmpty).MaxRuneLen(100),
		field.String("description").Default("").MaxRuneLen(250),
		field.Enum("state").Values("ACTIVE", "DELETING").Default("ACTIVE").
			Comment("A company that is being deleted does not exist, except to who deletes it."),
	}
}

// Indexes of the Company.
func (Company) Indexes() []ent.Index {
	return []ent.Index{index.Fields("short_name_key").Unique()}
}

// Policy of the Company, after that of its tenancy.
func (Company) Policy() ent.Policy {
	return privacy.Policy{
		Mutation: privacy.MutationPolicy{rule.DenyDirectoryKeys(), rule.DenyPartialAdministrators(), rule.DenyWrites(ent.OpCreate, ent.OpDelete, ent.OpDeleteOne)},
	}
}
