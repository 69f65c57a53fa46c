package schema

// EnterpriseUserID is the URN of the enterprise extension, RFC 7643 §4.3.
const EnterpriseUserID = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

// EnterpriseUser is the enterprise extension of users, RFC 7643 §4.3.
var EnterpriseUser = Schema{
	ID:          EnterpriseUserID,
	Name:        "EnterpriseUser",
	Description: "Enterprise User",
	Attributes: []Attribute{
		text("employeeNumber", "The identifier the company gave the person."),
		text("costCenter", "The name of the cost center."),
		text("organization", "The name of the organization."),
		text("division", "The name of the division."),
		text("department", "The name of the department."),
		single("manager", "The user's manager.",
			text("value", "The id of the manager.").exact(),
			reference("$ref", "The location of the manager.", "User"),
			text("displayName", "The name of the manager.").readOnly(),
		),
	},
}
