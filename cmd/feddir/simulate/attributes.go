package simulate

// Entra's default mapping of a non-gallery application, plus emails[type eq "work"].primary, and from nickName on
// what administrators add to it where the application knows it.
var userType = newResourceType(resourceType{
	name: "user", meta: "User", endpoint: "/Users", schema: userSchema,
	mapping: []attribute{
		userName:     {column: "userPrincipalName", path: "userName"},
		active:       {column: "active", path: "active", boolean: true},
		displayName:  {column: "displayName", path: "displayName"},
		title:        {column: "jobTitle", path: "title"},
		mail:         {column: "mail", path: `emails[type eq "work"].value`},
		mailPrimary:  {path: `emails[type eq "work"].primary`, boolean: true},
		language:     {column: "preferredLanguage", path: "preferredLanguage"},
		givenName:    {column: "givenName", path: "name.givenName"},
		surname:      {column: "surname", path: "name.familyName"},
		formatted:    {path: "name.formatted"},
		office:       {column: "physicalDeliveryOfficeName", path: `addresses[type eq "work"].formatted`},
		street:       {column: "streetAddress", path: `addresses[type eq "work"].streetAddress`},
		city:         {column: "city", path: `addresses[type eq "work"].locality`},
		state:        {column: "state", path: `addresses[type eq "work"].region`},
		postalCode:   {column: "postalCode", path: `addresses[type eq "work"].postalCode`},
		country:      {column: "country", path: `addresses[type eq "work"].country`},
		telephone:    {column: "telephoneNumber", path: `phoneNumbers[type eq "work"].value`},
		mobile:       {column: "mobile", path: `phoneNumbers[type eq "mobile"].value`},
		fax:          {column: "facsimileTelephoneNumber", path: `phoneNumbers[type eq "fax"].value`},
		mailNickname: {column: "mailNickname", path: "externalId"},
		employeeID:   {column: "employeeId", path: enterpriseSchema + ":employeeNumber"},
		department:   {column: "department", path: enterpriseSchema + ":department"},
		nickName:     {column: "nickName", path: "nickName", optional: true},
		kindOfUser:   {column: "userType", path: "userType", optional: true},
		timezone:     {column: "timezone", path: "timezone", optional: true},
		otherMail:    {column: "otherMails", path: `emails[type eq "other"].value`, optional: true},
		homePhone:    {column: "homePhone", path: `phoneNumbers[type eq "home"].value`, optional: true},
		homeStreet:   {column: "homeStreetAddress", path: `addresses[type eq "home"].streetAddress`, optional: true},
		homeCity:     {column: "homeCity", path: `addresses[type eq "home"].locality`, optional: true},
		role:         {column: "appRole", path: `roles[primary eq "True"].value`, optional: true},
		roleName:     {column: "appRoleName", path: `roles[primary eq "True"].display`, optional: true},
		licence:      {column: "entitlement", path: `entitlements[primary eq "True"].value`, optional: true},
		costCenter:   {column: "costCenter", path: enterpriseSchema + ":costCenter", optional: true},
		organization: {column: "companyName", path: enterpriseSchema + ":organization", optional: true},
		division:     {column: "division", path: enterpriseSchema + ":division", optional: true},
		badge:        {column: "badge", path: ownSchema + ":badge", optional: true},
		berth:        {column: "berth", path: ownSchema + ":berth", optional: true},
	},
})

// Lines of userType's mapping.
const (
	userName = iota
	active
	displayName
	title
	mail
	mailPrimary
	language
	givenName
	surname
	formatted
	office
	street
	city
	state
	postalCode
	country
	telephone
	mobile
	fax
	mailNickname
	employeeID
	department
	nickName
	kindOfUser
	timezone
	otherMail
	homePhone
	homeStreet
	homeCity
	role
	roleName
	licence
	costCenter
	organization
	division
	badge
	berth
	userValues
)

var groupType = newResourceType(resourceType{
	name: "group", meta: "Group", endpoint: "/Groups", schema: groupSchema, exclude: "excludedAttributes=members",
	mapping: []attribute{
		groupName: {column: "displayName", path: "displayName"},
		groupKey:  {column: "objectId", path: "externalId"},
	},
})

// Lines of groupType's mapping.
const (
	groupName = iota
	groupKey
)
