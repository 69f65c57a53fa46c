package query

import (
	"reflect"

	"github.com/feddir/feddir/ent/generated/uservalue"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/internal/scim/schema"
)

// userColumns says where the attributes of users are stored: in the columns of the
// fields of UserAttributes, except for those with an index or another table.
var userColumns = func() map[string]column {
	columns := map[string]column{
		"id":           idColumn{},
		"meta":         metaColumn{&schema.Users},
		"schemas":      schemasColumn{core: schema.UserID},
		"userName":     simpleColumn{name: "user_name_key", of: uniqueName, key: true},
		"displayName":  simpleColumn{of: displayName},
		"manager":      managerColumn{"manager"},
		"emails":       arrayColumn{"emails", string(uservalue.AttributeEMAILS)},
		"phoneNumbers": arrayColumn{"phone_numbers", string(uservalue.AttributePHONE_NUMBERS)},
		"groups":       groupsOf,
	}
	var ofEnterprise []string
	t := reflect.TypeFor[schematype.UserAttributes]()
	for i := range t.NumField() {
		name, stored := t.Field(i).Tag.Get("attr"), t.Field(i).Tag.Get("column")
		if target, _ := schema.Users.Lookup(schema.EnterpriseUserID, name, ""); target.Attribute != nil {
			ofEnterprise = append(ofEnterprise, stored)
		}
		if columns[name] != nil {
			continue
		}
		switch reflect.Zero(t.Field(i).Type).Interface().(type) {
		case *string:
			columns[name] = simpleColumn{name: stored, of: plainText}
		case bool:
			columns[name] = simpleColumn{name: stored, of: boolean}
		case *schematype.Name:
			columns[name] = objectColumn{stored}
		case []schematype.MultiValue, []schematype.Address:
			columns[name] = arrayColumn{name: stored}
		}
	}
	columns["schemas"] = schemasColumn{schema.UserID, ofEnterprise}
	return columns
}()

// groupColumns says where the attributes of groups are stored.
var groupColumns = map[string]column{
	"id":          idColumn{},
	"meta":        metaColumn{&schema.Groups},
	"schemas":     schemasColumn{core: schema.GroupID},
	"displayName": simpleColumn{name: "display_name_key", of: uniqueName, key: true},
	"externalId":  simpleColumn{name: "external_id", of: plainText},
	"members":     membersOf,
}
