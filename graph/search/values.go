package search

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

// MaxValue is the longest e-mail address or phone number, in characters.
const MaxValue = 512

// value is one indexed value of a user: see the schema UserValue.
type value struct {
	attribute uservalue.Attribute
	key       string
	typ       string
}

// valuesOf returns the values of a that are indexed, each once.
func valuesOf(a schematype.UserAttributes) map[value]bool {
	values := make(map[value]bool)
	for attribute, list := range map[uservalue.Attribute][]schematype.MultiValue{
		uservalue.AttributeEMAILS: a.Emails, uservalue.AttributePHONE_NUMBERS: a.PhoneNumbers,
	} {
		for _, v := range list {
			if v.Value == nil {
				continue
			}
			key := value{attribute: attribute, key: schematype.Fold(*v.Value)}
			if v.Type != nil {
				key.typ = schematype.Fold(*v.Type)
			}
			values[key] = true
		}
	}
	return values
}

// Add adds the rows of a new user, in one statement.
func (x *Index) Add(ctx context.Context, u *ent.User, a schematype.UserAttributes) error {
	values := valuesOf(a)
	maps.Copy(values, termsOf(a))
	return x.add(ctx, u, values)
}

// add adds rows for values of u, in one statement.
func (x *Index) add(ctx context.Context, u *ent.User, values map[value]bool) error {
	rows := make([]row, 0, len(values))
	for v := range values {
		if len([]rune(v.key)) > MaxValue || len([]rune(v.typ)) > MaxValue {
			return apierror.Errorf(apierror.Invalid, "emails", "an e-mail address or phone number is longer than %d characters", MaxValue)
		}
		rows = append(rows, newRow(u.ID, v))
	}
	return x.insert(ctx, u.CompanyID, u.DirectoryID, rows)
}

// row is what the rows of one directory differ in: the id, the user's, the
// attribute, the value and its type.
type row [5]string

func newRow(userID uuid.UUID, v value) row {
	return row{schematype.NewID(schematype.TypeOther).String(), userID.String(), string(v.attribute), v.key, v.typ}
}

// insertRows are one text for any number of rows. Building a mutation for
// each row cost more than writing the user.
var insertRows = map[string]string{
	dialect.SQLite: `INSERT INTO user_values (company_id, directory_id, id, user_id, attribute, value_key, type_key)
SELECT ?, ?, v.value ->> 0, v.value ->> 1, v.value ->> 2, v.value ->> 3, v.value ->> 4 FROM json_each(?) AS v`,
	dialect.Postgres: `INSERT INTO user_values (company_id, directory_id, id, user_id, attribute, value_key, type_key)
SELECT $1::uuid, $2::uuid, CAST(v.value ->> 0 AS uuid), CAST(v.value ->> 1 AS uuid), v.value ->> 2, v.value ->> 3, v.value ->> 4 FROM json_array_elements($3::json) AS v(value)`,
}

func (x *Index) insert(ctx context.Context, companyID, directoryID uuid.UUID, rows []row) error {
	if len(rows) == 0 {
		return nil
	}
	list, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	_, err = x.db.Client(ctx).ExecContext(ctx, insertRows[x.db.Dialect()], companyID, directoryID, string(list))
	return err
}

// Change makes the rows of u say what its attributes are instead of what they
// were. The terms follow: see [Index.CatchUp].
func (x *Index) Change(ctx context.Context, u *ent.User, was, is schematype.UserAttributes) error {
	before, after := valuesOf(was), valuesOf(is)
	added := maps.Clone(after)
	var gone []predicate.UserValue
	for v := range before {
		if after[v] {
			delete(added, v)
			continue
		}
		gone = append(gone, uservalue.And(
			uservalue.AttributeEQ(v.attribute), uservalue.ValueKey(v.key), uservalue.TypeKey(v.typ)))
	}
	if len(gone) > 0 {
		_, err := x.db.Client(ctx).UserValue.Delete().
			Where(uservalue.DirectoryID(u.DirectoryID), uservalue.UserID(u.ID), uservalue.Or(gone...)).
			Exec(ctx)
		if err != nil {
			return err
		}
	}
	return x.add(ctx, u, added)
}
