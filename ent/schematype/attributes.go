package schematype

import "encoding/json"

// Name is the components of a user's name (RFC 7643 §4.1.1). A nil component is unassigned.
type Name struct {
	Formatted       *string `json:"formatted,omitempty"`
	FamilyName      *string `json:"familyName,omitempty"`
	GivenName       *string `json:"givenName,omitempty"`
	MiddleName      *string `json:"middleName,omitempty"`
	HonorificPrefix *string `json:"honorificPrefix,omitempty"`
	HonorificSuffix *string `json:"honorificSuffix,omitempty"`
}

// MultiValue is one value of a multi-valued attribute with the default
// sub-attributes of RFC 7643 §2.4: e-mail addresses, phone numbers, roles ….
type MultiValue struct {
	Value   *string `json:"value,omitempty"`
	Display *string `json:"display,omitempty"`
	Type    *string `json:"type,omitempty"`
	Primary *bool   `json:"primary,omitempty"`
	Ref     *string `json:"$ref,omitempty"`
}

// Address is one physical address of a user (RFC 7643 §4.1.2).
type Address struct {
	Formatted     *string `json:"formatted,omitempty"`
	StreetAddress *string `json:"streetAddress,omitempty"`
	Locality      *string `json:"locality,omitempty"`
	Region        *string `json:"region,omitempty"`
	PostalCode    *string `json:"postalCode,omitempty"`
	Country       *string `json:"country,omitempty"`
	Type          *string `json:"type,omitempty"`
	Primary       *bool   `json:"primary,omitempty"`
}

// Extensions are the attributes of schema extensions we have no model for, by
// their URN, each kept as the JSON that was given.
type Extensions map[string]json.RawMessage

// UserAttributes are what a client can write of a user (RFC 7643 §4.1, §4.3).
// What is nil or empty is unassigned. The tag "attr" is the attribute's name,
// the tag "column" where it is stored; SCIM's JSON, the patches of GraphQL and
// the columns of ent all follow from them.
type UserAttributes struct {
	UserName          string       `attr:"userName" column:"user_name"`
	ExternalID        *string      `attr:"externalId" column:"external_id"`
	Active            bool         `attr:"active" column:"active"`
	DisplayName       *string      `attr:"displayName" column:"display_name"`
	Name              *Name        `attr:"name" column:"name"`
	NickName          *string      `attr:"nickName" column:"nick_name"`
	ProfileURL        *string      `attr:"profileUrl" column:"profile_url"`
	Title             *string      `attr:"title" column:"title"`
	UserType          *string      `attr:"userType" column:"user_type"`
	PreferredLanguage *string      `attr:"preferredLanguage" column:"preferred_language"`
	Locale            *string      `attr:"locale" column:"locale"`
	Timezone          *string      `attr:"timezone" column:"timezone"`
	Emails            []MultiValue `attr:"emails" column:"emails"`
	PhoneNumbers      []MultiValue `attr:"phoneNumbers" column:"phone_numbers"`
	Ims               []MultiValue `attr:"ims" column:"ims"`
	Photos            []MultiValue `attr:"photos" column:"photos"`
	Addresses         []Address    `attr:"addresses" column:"addresses"`
	Entitlements      []MultiValue `attr:"entitlements" column:"entitlements"`
	Roles             []MultiValue `attr:"roles" column:"roles"`
	X509Certificates  []MultiValue `attr:"x509Certificates" column:"x509_certificates"`
	EmployeeNumber    *string      `attr:"employeeNumber" column:"employee_number"`
	CostCenter        *string      `attr:"costCenter" column:"cost_center"`
	Organization      *string      `attr:"organization" column:"organization"`
	Division          *string      `attr:"division" column:"division"`
	Department        *string      `attr:"department" column:"department"`
	Manager           *string      `attr:"manager" column:"manager"` // as given: it may name someone who comes later
	Extensions        Extensions   `attr:"extensions" column:"extensions"`
}

// GroupAttributes are what a client can write of a group (RFC 7643 §4.2), but
// for its members. The tags are those of UserAttributes.
type GroupAttributes struct {
	DisplayName string     `attr:"displayName" column:"display_name"`
	ExternalID  *string    `attr:"externalId" column:"external_id"`
	Extensions  Extensions `attr:"extensions" column:"extensions"`
}
