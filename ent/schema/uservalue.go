package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/mixin"
	"github.com/feddir/feddir/ent/schematype"
)

// UserValue is one e-mail address, phone number or word of a user, folded, so
// that filters and searches find people by it through an index on every
// database. The values themselves are on the user; the rows of addresses and
// numbers follow them in the same transaction, those of words within a second.
type UserValue struct{ ent.Schema }

// Mixin of the UserValue.
func (UserValue) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Type: schematype.TypeOther}, mixin.Directory{}}
}

// Fields of the UserValue.
func (UserValue) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("user_id", uuid.UUID{}).Immutable(),
		field.Enum("attribute").Immutable().
			Values("EMAILS", "PHONE_NUMBERS", "USER_NAME", "NAME_WORDS", "WORK_WORDS", "PHONE_DIGITS").
			Comment("What the value is of: an attribute, or what searches look for."),
		field.String("value_key").MaxRuneLen(maxName).Immutable(),
		field.String("type_key").Default("").MaxRuneLen(maxName).Immutable(),
	}
}

// Indexes of the UserValue.
func (UserValue) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("directory_id", "attribute", "value_key", "user_id", "company_id"), // holds all that a search looks at
		index.Fields("company_id", "attribute", "value_key", "user_id"),
	}
}
