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
