package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/feddir/feddir/ent/mixin"
	"github.com/feddir/feddir/ent/schematype"
)

// The longest values, in characters. Names that are indexed must fit a page of
// an index on every database.
const (
	maxName = 512
	maxText = 4096
)

// verbatim is the column type of attributes kept as the JSON that was given:
// PostgreSQL's jsonb would reorder members and rewrite numbers.
var verbatim = map[string]string{dialect.Postgres: "json"}

// User is a person in a directory: a SCIM User (RFC 7643 §4.1) with the
// enterprise extension (§4.3) and any other extension.
type User struct{ ent.Schema }

// Mixin of the User.
func (User) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Type: schematype.TypeUser}, mixin.Directory{}, mixin.Resource{}, mixin.Source{}}
}

// Fields of the User. Strings that are not assigned are NULL.
func (User) Fields() []ent.Field {
	fields := []ent.Field{
		field.String("user_name").Validate(schematype.NotEmpty).MaxRuneLen(maxName),
		field.String("user_name_key").Validate(schematype.NotEmpty).MaxRuneLen(maxName),
		field.String("external_id").Optional().Nillable().MaxRuneLen(maxName),
		field.Bool("active").Default(true),
		field.JSON("name", &schematype.Name{}).SchemaType(verbatim).Optional(),
	}
	for _, name := range []string{
		"display_name", "nick_name", "profile_url", "title", "user_type", "preferred_language", "locale", "timezone",
		"employee_number", "cost_center", "organization", "division", "department",
	} {
		fields = append(fields, field.String(name).Optional().Nillable().MaxRuneLen(maxText))
	}
	fields = append(fields, field.String("manager").Optional().Nillable().MaxRuneLen(maxName).
		Comment("The manager as it was given: usually the id of a user of the directory, who may come later."))
	for _, name := range []string{"emails", "phone_numbers", "ims", "photos", "entitlements", "roles", "x509_certificates"} {
		fields = append(fields, field.JSON(name, []schematype.MultiValue{}).SchemaType(verbatim).Optional())
	}
	return append(fields,
		field.JSON("addresses", []schematype.Address{}).SchemaType(verbatim).Optional(),
		field.JSON("extensions", schematype.Extensions{}).SchemaType(verbatim).Optional(),
		field.String("sort_name").MaxRuneLen(maxText).
			Comment("The beginning of the display name, or of the user name where there is none, folded: what lists are ordered by."),
		field.Int64("provided").Optional().Nillable().
			Comment("The attributes that an identity provider has written, as attribute.Set; where it is not there, all that a user has who came from one."),
		field.Int64("search_version").Default(0).
			Comment("The version whose words searches find the user by; another than the user's own where that is yet to be done."),
	)
}

// Indexes of the User. Lists are ordered by id: without it at the end of an
// index SQLite takes the one of ids and reads the whole directory.
func (User) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("company_id", "id", "directory_id"), // holds all that skipping to a place in a directory looks at
		index.Fields("directory_id", "user_name_key").Unique(),
		index.Fields("directory_id", "external_id", "id"),
		index.Fields("directory_id", "manager", "id"),
		index.Fields("directory_id", "sort_name", "id"),
		index.Fields("directory_id", "updated_at", "id"),
		index.Fields("directory_id", "active", "id"),
		index.Fields("company_id", "user_name_key", "id"),
		index.Fields("company_id", "directory_id", "id").
			StorageKey("user_unsearchable").
			Annotations(entsql.IndexWhere("search_version <> version")),
	}
}
