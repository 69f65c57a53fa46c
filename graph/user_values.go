package graph

import (
	"context"
	"maps"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/predicate"
	"github.com/feddir/feddir/ent/generated/uservalue"
	"github.com/feddir/feddir/ent/schematype"
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
	if len(values) == 0 {
		return nil
	}
	client := r.client(ctx)
	rows := make([]*ent.UserValueCreate, 0, len(values))
	for v := range values {
		if len([]rune(v.value)) > maxValue || len([]rune(v.typ)) > maxValue {
			return failf(CodeInvalid, "emails", "an e-mail address or phone number is longer than %d characters", maxValue)
		}
		rows = append(rows, r.newValue(ctx, u, v))
	}
	return client.UserValue.CreateBulk(rows...).Exec(ctx)
}

func (r *Resolver) newValue(ctx context.Context, u *ent.User, v userValue) *ent.UserValueCreate {
	return r.client(ctx).UserValue.Create().
		SetCompanyID(u.CompanyID).SetDirectoryID(u.DirectoryID).SetUserID(u.ID).
		SetAttribute(v.attribute).SetValueKey(v.value).SetTypeKey(v.typ)
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
