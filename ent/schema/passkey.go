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

// Passkey is a public key that an account signs in with (WebAuthn Level 3,
// section 4, "public key credential source").
type Passkey struct{ ent.Schema }

// Mixin of the Passkey.
func (Passkey) Mixin() []ent.Mixin {
	return []ent.Mixin{mixin.ID{Type: schematype.TypePasskey}, mixin.OwnAccount{Column: "account_id", Read: viewer.ScopeAccounts, Write: viewer.ScopeAccounts, OwnWrite: true}, mixin.Resource{}}
}

// Fields of the Passkey.
func (Passkey) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("account_id", uuid.UUID{}).Immutable(),
		field.String("name").Validate(schematype.NotEmpty).MaxRuneLen(100),
		field.Bytes("credential_id").MaxLen(1023).Immutable(),
		field.Bytes("public_key").MaxLen(2048).Immutable(),
		field.Bytes("aaguid").MaxLen(16).Optional().Immutable(),
		field.JSON("transports", []string{}).Optional().Immutable(),
		field.Bool("backup_eligible").Default(false).Immutable(),
		field.Bool("backed_up").Default(false),
		field.Int64("sign_count").Default(0),
		field.Time("last_used_at").Optional().Nillable(),
	}
}

// Indexes of the Passkey.
func (Passkey) Indexes() []ent.Index {
	return []ent.Index{index.Fields("credential_id").Unique(), index.Fields("company_id", "account_id", "id")}
}

// Policy of the Passkey, after that of its tenancy: nobody enrols a passkey for
// somebody else.
func (Passkey) Policy() ent.Policy {
	return privacy.Policy{Mutation: privacy.MutationPolicy{rule.CreateForOwnAccount("account_id")}}
}
