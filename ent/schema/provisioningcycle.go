package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"

	"github.com/feddir/feddir/ent/generated/privacy"
	"github.com/feddir/feddir/ent/mixin"
	"github.com/feddir/feddir/ent/rule"
	"github.com/feddir/feddir/ent/schematype"
)

// ProvisioningCycle is one run of an identity provider's provisioning job. It is
// written with batches of request records. Its id carries the time it began at,
// so that a span of time is a range of ids.
type ProvisioningCycle struct{ ent.Schema }

// Mixin of the ProvisioningCycle.
func (ProvisioningCycle) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Type: schematype.TypeOther}, mixin.Directory{}}
}

// Fields of the ProvisioningCycle.
func (ProvisioningCycle) Fields() []ent.Field {
	return []ent.Field{field.JSON("cycle", schematype.Cycle{})}
}

// Policy of the ProvisioningCycle, after that of its tenancy.
func (ProvisioningCycle) Policy() ent.Policy {
	return privacy.Policy{
		Query:    privacy.QueryPolicy{rule.DenyDirectoryKeys()},
		Mutation: privacy.MutationPolicy{rule.DenyWrites()},
	}
}
