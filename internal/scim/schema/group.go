package schema

// GroupID is the URN of the core group schema, RFC 7643 §4.2.
const GroupID = "urn:ietf:params:scim:schemas:core:2.0:Group"

// Group is the core group schema, RFC 7643 §4.2 with erratum 5368.
var Group = Schema{
	ID:          GroupID,
	Name:        "Group",
	Description: "Group",
	Attributes: []Attribute{
		text("displayName", "The name of the group; unique in the directory, ignoring case.").required().unique(),
		multi("members", "The members of the group.",
			text("value", "The id of the member.").exact().mutable(Immutable),
			reference("$ref", "The location of the member.", "User", "Group").mutable(Immutable),
			text("type", "The resource type of the member.").suggest("User", "Group").mutable(Immutable),
			text("display", "The name of the member.").readOnly(),
		),
	},
}
