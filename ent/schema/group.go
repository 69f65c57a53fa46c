package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/feddir/feddir/ent/mixin"
	"github.com/feddir/feddir/ent/schematype"
)

// Group is a SCIM Group (RFC 7643 §4.2), filled by the identity provider.
type Group struct{ ent.Schema }

// Mixin of the Group.
func (Group) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Type: schematype.TypeGroup}, mixin.Directory{}, mixin.Resource{}, mixin.Source{}}
}

// Fields of the Group.
func (Group) Fields() []ent.Field {
	return []ent.Field{
		field.String("display_name").Validate(schematype.NotEmpty).MaxRuneLen(maxName),
		field.String("display_name_key").Validate(schematype.NotEmpty).MaxRuneLen(maxName),
		field.String("external_id").Optional().Nillable().MaxRuneLen(maxName),
		field.Int64("member_count").Default(0).Validate(schematype.NotNegative).
			Comment("Direct members, users and groups."),
		field.JSON("extensions", schematype.Extensions{}).SchemaType(verbatim).Optional(),
	}
}

// Indexes of the Group; see those of the User.
func (Group) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("company_id", "id"),
		index.Fields("directory_id", "display_name_key").Unique(),
		index.Fields("company_id", "display_name_key", "id"),
		index.Fields("directory_id", "external_id", "id"),
		index.Fields("directory_id", "updated_at", "id"),
		index.Fields("directory_id", "member_count", "id"),
	}
}
