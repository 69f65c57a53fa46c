package mixin

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/mixin"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
)

// ID gives a schema the id of its type.
type ID struct {
	mixin.Schema
	Type schematype.Type
}

// Fields of the trait.
func (m ID) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Immutable().Default(m.New),
	}
}

// New returns an id for a new row.
func (m ID) New() uuid.UUID { return schematype.NewID(m.Type) }

// Resource gives a schema what every resource has: when it was made and last
// changed, and a version that grows by one with each real change.
type Resource struct{ mixin.Schema }

// Fields of the trait.
func (Resource) Fields() []ent.Field {
	return []ent.Field{
		field.Time("created_at").Immutable().Default(schematype.Now),
		field.Time("updated_at").Default(schematype.Now),
		field.Int64("version").Default(1).Validate(schematype.Positive),
	}
}

// Source gives a schema the way its row came in.
type Source struct{ mixin.Schema }

// Fields of the trait.
func (Source) Fields() []ent.Field {
	return []ent.Field{field.Enum("source").GoType(viewer.Source("")).Immutable()}
}
