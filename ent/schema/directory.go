package schema

import (
	"encoding/json"

	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/feddir/feddir/ent/generated/privacy"
	"github.com/feddir/feddir/ent/mixin"
	"github.com/feddir/feddir/ent/rule"
	"github.com/feddir/feddir/ent/schematype"
)

// Directory is one set of people from one source, owned by a company.
type Directory struct{ ent.Schema }

// Mixin of the Directory.
func (Directory) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Type: schematype.TypeDirectory}, mixin.OwnDirectory{}, mixin.Resource{}}
}

// Fields of the Directory.
func (Directory) Fields() []ent.Field {
	return []ent.Field{
		field.String("name").Validate(schematype.NotEmpty).MaxRuneLen(100),
		field.String("description").Default("").MaxRuneLen(250),
		field.Enum("state").Values("ACTIVE", "PAUSED", "DELETING").Default("ACTIVE").
			Comment("A paused directory is read only: its keys can read, not write. One that is being deleted does not exist, except to who deletes it."),
		field.Enum("disabled_users").Values("VISIBLE", "HIDDEN").Default("VISIBLE").
			Comment("What disabled users are to readers of GraphQL. The identity provider always sees them."),
		field.JSON("schema_extensions", json.RawMessage{}).Optional().
			Comment("The extensions that the directory describes, a list of schema.Custom of scimadapter."),
	}
}

// Indexes of the Directory, which its lists are ordered by.
func (Directory) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("company_id", "name", "id"),
		index.Fields("company_id", "updated_at", "id"),
	}
}

// Policy of the Directory, after that of its tenancy.
func (Directory) Policy() ent.Policy {
	return privacy.Policy{Mutation: privacy.MutationPolicy{rule.DenyDirectoryKeys()}}
}
