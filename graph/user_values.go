package graph

import (
	"context"
	"encoding/json"
	"maps"

	"entgo.io/ent/dialect"
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/predicate"
	"github.com/feddir/feddir/ent/generated/uservalue"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/internal/apierror"
)

// maxValue is the longest e-mail address or phone number, in characters.
const maxValue = 512

// userValue is one indexed value of a user: see the schema UserValue.
type userValue struct {
	attribute uservalue.Attribute
	value     string
	typ       string
}

// valuesOf returns the values of a that are indexed, each once.
func valuesOf(a schematype.UserAttributes) map[userValue]bool {
	values := make(map[userValue]bool)
	for attribute, list := range map[uservalue.Attribute][]schematype.MultiValue{
		uservalue.AttributeEMAILS: a.Emails, uservalue.AttributePHONE_NUMBERS: a.PhoneNumbers,
	} {
		for _, v := range list {
			if v.Value == nil {
				continue
			}
			key := userValue{attribute: attribute, value: schematype.Fold(*v.Value)}
			if v.Type != nil {
				key.typ = schematype.Fold(*v.Type)
			}
			values[key] = true
		}
	}
	return values
}

// addValues adds rows for the values of u, in one statement.
func (r *Resolver) addValues(ctx context.Context, u *ent.User, values map[userValue]bool) error {
	rows := make([]valueRow, 0, len(values))
	for v := range values {
		if len([]rune(v.value)) > maxValue || len([]rune(v.typ)) > maxValue {
			return apierror.Errorf(apierror.Invalid, "emails", "an e-mail address or phone number is longer than %d characters", maxValue)
		}
		rows = append(rows, newValueRow(u.ID, v))
	}
	return r.insertValues(ctx, u.CompanyID, u.DirectoryID, rows)
}

// valueRow is what the rows of one directory differ in: the id, the user's, the
// attribute, the value and its type.
type valueRow [5]string

func newValueRow(userID uuid.UUID, v userValue) valueRow {
	return valueRow{schematype.NewID(schematype.TypeOther).String(), userID.String(), string(v.attribute), v.value, v.typ}
}

// insertValueRows are one text for any number of rows. Building a mutation for
// each row cost more than writing the user.
var insertValueRows = map[string]string{
	dialect.SQLite: `INSERT INTO user_values (company_id, directory_id, id, user_id, attribute, value_key, type_key)
SELECT ?, ?, v.value ->> 0, v.value ->> 1, v.value ->> 2, v.value ->> 3, v.value ->> 4 FROM json_each(?) AS v`,
	dialect.Postgres: `INSERT INTO user_values (company_id, directory_id, id, user_id, attribute, value_key, type_key)
SELECT $1::uuid, $2::uuid, CAST(v.value ->> 0 AS uuid), CAST(v.value ->> 1 AS uuid), v.value ->> 2, v.value ->> 3, v.value ->> 4 FROM json_array_elements($3::json) AS v(value)`,
}

func (r *Resolver) insertValues(ctx context.Context, companyID, directoryID uuid.UUID, rows []valueRow) error {
	if len(rows) == 0 {
		return nil
	}
	list, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	_, err = r.client(ctx).ExecContext(ctx, insertValueRows[r.db.Dialect()], companyID, directoryID, string(list))
	return err
}

// moveValues makes the rows of u say what is in after instead of before.
func (r *Resolver) moveValues(ctx context.Context, u *ent.User, before, after map[userValue]bool) error {
	added := maps.Clone(after)
	var gone []predicate.UserValue
	for v := range before {
		if after[v] {
			delete(added, v)
			continue
		}
		gone = append(gone, uservalue.And(
			uservalue.AttributeEQ(v.attribute), uservalue.ValueKey(v.value), uservalue.TypeKey(v.typ)))
	}
	if len(gone) > 0 {
		_, err := r.client(ctx).UserValue.Delete().
			Where(uservalue.DirectoryID(u.DirectoryID), uservalue.UserID(u.ID), uservalue.Or(gone...)).
			Exec(ctx)
		if err != nil {
			return err
		}
	}
	return r.addValues(ctx, u, added)
}
