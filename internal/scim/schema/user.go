package schema

// UserID is the URN of the core user schema, RFC 7643 §4.1.
const UserID = "urn:ietf:params:scim:schemas:core:2.0:User"

// User is the core user schema, RFC 7643 §4.1.
var User = Schema{
	ID:          UserID,
	Name:        "User",
	Description: "User Account",
	Attributes: []Attribute{
		text("userName", "The name the user signs in with; unique in the directory, ignoring case.").required().unique(),
		single("name", "The components of the user's name.",
			text("formatted", "The full name, formatted for display."),
			text("familyName", "The family name, or last name."),
			text("givenName", "The given name, or first name."),
			text("middleName", "The middle name or names."),
			text("honorificPrefix", "The title before the name, such as Dr."),
			text("honorificSuffix", "The suffix after the name, such as III."),
		),
		text("displayName", "The name shown to other people."),
		text("nickName", "The casual way to address the user."),
		reference("profileUrl", "The location of the user's profile.", "external"),
		text("title", "The job title, such as Vice President."),
		text("userType", "The relation to the company, such as Employee or Contractor."),
		text("preferredLanguage", "The preferred language, as in the Accept-Language header."),
		text("locale", "The locale for currency, dates and numbers, such as en-US."),
		text("timezone", "The time zone in the IANA format, such as Europe/Berlin."),
		truth("active", "Whether the user may use the services that rely on this directory."),
		text("password", "Never stored and never returned.").mutable(WriteOnly).returned(Never).unlisted(),
		multi("emails", "The e-mail addresses.",
			text("value", "The e-mail address."),
			display().unlisted(), // Microsoft's validator sends it on every path once it is listed
			kind("work", "home", "other"), primary()),
		multi("phoneNumbers", "The phone numbers.",
			text("value", "The phone number, as it was given."),
			display(), kind("work", "home", "mobile", "fax", "pager", "other"), primary()),
		multi("ims", "The instant messaging addresses.",
			text("value", "The instant messaging address."),
			display(), kind("aim", "gtalk", "icq", "xmpp", "msn", "skype", "qq", "yahoo"), primary()),
		multi("photos", "The locations of photos of the user.",
			reference("value", "The location of a photo.", "external"),
			display(), kind("photo", "thumbnail"), primary()),
		multi("addresses", "The postal addresses.",
			text("formatted", "The full address, formatted for display."),
			text("streetAddress", "The street, house number and the like."),
			text("locality", "The city."),
			text("region", "The state or region."),
			text("postalCode", "The postal code."),
			text("country", "The country."),
			kind("work", "home", "other"), primary()),
		multi("groups", "The groups the user is a direct member of; written through the groups.",
			text("value", "The id of the group.").exact().readOnly(),
			reference("$ref", "The location of the group.", "Group").readOnly(),
			text("display", "The name of the group.").readOnly(),
			text("type", "How the user belongs to the group.").suggest("direct", "indirect").readOnly(),
		).readOnly().returned(Request), // so that reading a user reads one row
		multi("entitlements", "What the user is entitled to.",
			text("value", "The entitlement."), display(), kind(), primary()),
		// Without suggested types Entra addresses a role as roles[primary eq "True"].
		multi("roles", "The roles the user has.",
			text("value", "The role."), display(), kind(), primary()),
		multi("x509Certificates", "The certificates of the user.",
			binary("value", "The certificate, DER in base64."), display(), kind(), primary()),
	},
}

// The sub-attributes of multi-valued attributes, RFC 7643 §2.4.

func display() Attribute { return text("display", "A name for the value, for display.") }

func kind(suggested ...string) Attribute {
	return text("type", "What the value is for.").suggest(suggested...)
}

func primary() Attribute {
	return truth("primary", "Whether this is the preferred value; true for at most one.")
}
