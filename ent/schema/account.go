package schema

import (
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

// Account is a person who signs in to one company.
type Account struct{ ent.Schema }

// Mixin of the Account.
func (Account) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Type: schematype.TypeAccount}, mixin.OwnAccount{Column: "id", Read: viewer.ScopeAccounts, Write: viewer.ScopeAccounts}, mixin.Resource{}}
}

// Fields of the Account.
func (Account) Fields() []ent.Field {
	return []ent.Field{
		field.String("name").Validate(schematype.NotEmpty).MaxRuneLen(100),
		field.String("name_key").MaxLen(400).
			Comment("The folded name, by which accounts are listed and found."),
		field.String("mail").Default("").MaxRuneLen(320).
			Comment("Where notices go. Nobody is known by it."),
		field.Enum("state").Values("ACTIVE", "DISABLED").Default("ACTIVE"),
		field.Enum("role").GoType(viewer.Role("")),
		field.JSON("directory_ids", []uuid.UUID{}).Optional().
			Comment("The directories that an administrator administers; none for all."),
		field.UUID("linked_directory_id", uuid.UUID{}).Optional().Nillable().
			Comment("The directory of the linked user."),
		field.UUID("linked_user_id", uuid.UUID{}).Optional().Nillable().
			Comment("The user that the person is in that directory. The account works only while the user is there and active. There is no foreign key: an account whose user was deleted must not become one that needs none."),
		field.Time("last_sign_in_at").Optional().Nillable(),
	}
}

// Indexes of the Account.
func (Account) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("company_id", "linked_directory_id", "linked_user_id").Unique(),
		index.Fields("company_id", "name_key", "id"),
		index.Fields("company_id", "role", "id"),
	}
}

// Policy of the Account, after that of its tenancy.
func (Account) Policy() ent.Policy {
	return privacy.Policy{Mutation: privacy.MutationPolicy{rule.DenyStrongerAccounts()}}
}
