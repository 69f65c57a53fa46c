package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/mixin"
	"github.com/feddir/feddir/ent/schematype"
)

// Membership says that a user or a group is a direct member of a group.
type Membership struct{ ent.Schema }

// Mixin of the Membership.
func (Membership) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Type: schematype.TypeMembership}, mixin.Directory{}, mixin.Source{}}
}

// Fields of the Membership. Member is always set; the one of user and
// subgroup that it is says so again for the foreign key.
func (Membership) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("group_id", uuid.UUID{}).Immutable(),
		field.UUID("member_id", uuid.UUID{}).Immutable(),
		field.UUID("user_id", uuid.UUID{}).Optional().Nillable().Immutable(),
		field.UUID("subgroup_id", uuid.UUID{}).Optional().Nillable().Immutable(),
		field.Time("created_at").Immutable().Default(schematype.Now),
	}
}

// Indexes of the Membership.
func (Membership) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("company_id", "id"),
		index.Fields("directory_id", "group_id", "member_id").Unique(),
		index.Fields("directory_id", "member_id", "group_id"),
		index.Fields("directory_id", "group_id", "created_at", "id"),
		// A user or group that is deleted takes these rows along.
		index.Fields("directory_id", "user_id").Annotations(entsql.IndexWhere("user_id IS NOT NULL")),
		index.Fields("directory_id", "subgroup_id").Annotations(entsql.IndexWhere("subgroup_id IS NOT NULL")),
	}
}
