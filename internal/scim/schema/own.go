package schema

import (
	"slices"
	"strings"
)

// The URNs of what this server adds to users and groups.
const (
	OwnUserID  = "urn:ietf:params:scim:schemas:extension:feddir:2.0:User"
	OwnGroupID = "urn:ietf:params:scim:schemas:extension:feddir:2.0:Group"
)

// Own are the extensions that every directory has, before those it describes
// itself: what RFC 7643 has no attribute for and people look for in a directory.
var Own = []Custom{
	{ResourceType: Users.Name, Schema: Schema{
		ID: OwnUserID, Name: "FeddirUser", Description: "Feddir User",
		Attributes: []Attribute{
			text("description", "A note about the person."),
			text("pronouns", "How to speak of the person, such as she/her."),
		},
	}},
	{ResourceType: Groups.Name, Schema: Schema{
		ID: OwnGroupID, Name: "FeddirGroup", Description: "Feddir Group",
		Attributes: []Attribute{
			text("description", "What the group is for."),
		},
	}},
}

func isOwn(urn string) bool {
	return slices.ContainsFunc(Own, func(c Custom) bool { return strings.EqualFold(c.ID, urn) })
}
