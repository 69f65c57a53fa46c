package graph_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/internal/scim/schema"
)

// GraphQL has every attribute of users under its name and says of it what SCIM
// says; it may go on behind that.
func TestUsersAreDescribedAsInSCIM(t *testing.T) {
	t.Parallel()
	types := graph.New(nil, graph.Config{}).Schema().Schema().Types
	same := func(name string, attributes []schema.Attribute, among ...string) {
		for _, a := range attributes {
			for _, of := range among {
				f := types[of].Fields.ForName(a.Name)
				switch said := strings.TrimSuffix(a.Description, "."); {
				case f == nil:
					t.Errorf("%s has no field %s", of, a.Name)
				case !strings.HasPrefix(f.Description, said):
					t.Errorf("%s.%s is %q, and %s.%s is %q", of, a.Name, f.Description, name, a.Name, a.Description)
				}
			}
		}
	}
	written := []string{"User", "CreateUserInput", "UserPatch"}
	for _, a := range slices.Concat(schema.User.Attributes, schema.EnterpriseUser.Attributes) {
		switch {
		case a.Returned == schema.Never: // there is no such field
		case a.Mutability == schema.ReadOnly, a.Name == "manager": // written as managerValue
			same("User", []schema.Attribute{a}, "User")
		default:
			same("User", []schema.Attribute{a}, written...)
		}
	}
	same("name", schema.User.Attribute("name").SubAttributes, "PersonName", "PersonNameInput")
	same("addresses", schema.User.Attribute("addresses").SubAttributes, "Address", "AddressInput")
}
