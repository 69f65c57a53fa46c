package scimadapter

import (
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/scim/schema"
)

// userAttributes is what a client can write of a user, in the JSON of RFC 7643
// §4.1 and §4.3. Custom extensions stand beside it.
type userAttributes struct {
	ExternalID        *string                 `json:"externalId,omitempty"`
	UserName          string                  `json:"userName,omitempty"`
	Name              *schematype.Name        `json:"name,omitempty"`
	DisplayName       *string                 `json:"displayName,omitempty"`
	NickName          *string                 `json:"nickName,omitempty"`
	ProfileURL        *string                 `json:"profileUrl,omitempty"`
	Title             *string                 `json:"title,omitempty"`
	UserType          *string                 `json:"userType,omitempty"`
	PreferredLanguage *string                 `json:"preferredLanguage,omitempty"`
	Locale            *string                 `json:"locale,omitempty"`
	Timezone          *string                 `json:"timezone,omitempty"`
	Active            *bool                   `json:"active,omitempty"`
	Emails            []schematype.MultiValue `json:"emails,omitempty"`
	PhoneNumbers      []schematype.MultiValue `json:"phoneNumbers,omitempty"`
	Ims               []schematype.MultiValue `json:"ims,omitempty"`
	Photos            []schematype.MultiValue `json:"photos,omitempty"`
	Addresses         []schematype.Address    `json:"addresses,omitempty"`
	Entitlements      []schematype.MultiValue `json:"entitlements,omitempty"`
	Roles             []schematype.MultiValue `json:"roles,omitempty"`
	X509Certificates  []schematype.MultiValue `json:"x509Certificates,omitempty"`
	Enterprise        *enterpriseUser         `json:"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User,omitempty"`
}

type enterpriseUser struct {
	EmployeeNumber *string  `json:"employeeNumber,omitempty"`
	CostCenter     *string  `json:"costCenter,omitempty"`
	Organization   *string  `json:"organization,omitempty"`
	Division       *string  `json:"division,omitempty"`
	Department     *string  `json:"department,omitempty"`
	Manager        *manager `json:"manager,omitempty"`
}

type manager struct {
	Value string `json:"value"`
	Ref   string `json:"$ref,omitempty"`
}

// userResource is a user as it is answered, but for the groups it is in.
type userResource struct {
	Schemas []string  `json:"schemas"`
	ID      uuid.UUID `json:"id"`
	userAttributes
	Meta meta `json:"meta"`
}

// userFrom is the user u but for the groups it is in.
func (a *adapter) userFrom(u *ent.User) userResource {
	r := userResource{
		Schemas: []string{schema.UserID}, ID: u.ID, userAttributes: attributesFrom(u),
		Meta: a.metaOf(schema.Users, u.ID, u.CreatedAt, u.UpdatedAt, u.Version),
	}
	if e := r.Enterprise; e != nil {
		r.Schemas = append(r.Schemas, schema.EnterpriseUserID)
		if e.Manager != nil && schematype.ParseID(e.Manager.Value, schematype.TypeUser) != uuid.Nil {
			e.Manager.Ref = a.location(schema.Users, e.Manager.Value)
		}
	}
	r.Schemas = append(r.Schemas, extensionNames(u.Extensions)...)
	return r
}

func attributesFrom(u *ent.User) userAttributes {
	a := userAttributes{
		ExternalID: u.ExternalID, UserName: u.UserName, Name: u.Name, DisplayName: u.DisplayName,
		NickName: u.NickName, ProfileURL: u.ProfileURL, Title: u.Title, UserType: u.UserType,
		PreferredLanguage: u.PreferredLanguage, Locale: u.Locale, Timezone: u.Timezone, Active: &u.Active,
		Emails: u.Emails, PhoneNumbers: u.PhoneNumbers, Ims: u.Ims, Photos: u.Photos, Addresses: u.Addresses,
		Entitlements: u.Entitlements, Roles: u.Roles, X509Certificates: u.X509Certificates,
	}
	e := enterpriseUser{
		EmployeeNumber: u.EmployeeNumber, CostCenter: u.CostCenter, Organization: u.Organization,
		Division: u.Division, Department: u.Department,
	}
	if u.Manager != nil {
		e.Manager = &manager{Value: *u.Manager}
	}
	if e != (enterpriseUser{}) {
		a.Enterprise = &e
	}
	return a
}

// userDocument is what a client can write of u as a JSON document in the
// normal form of package patch.
func userDocument(u *ent.User) (map[string]any, error) {
	return document(attributesFrom(u), u.Extensions)
}

// attributesOf reads a document in normal form. Active is neither true nor
// false where the document does not say; then it is as given.
func attributesOf(document map[string]any, active bool) (schematype.UserAttributes, error) {
	var a userAttributes
	extensions, err := read(document, &a, schema.Users)
	if err != nil {
		return schematype.UserAttributes{}, err
	}
	if a.Active != nil {
		active = *a.Active
	}
	attributes := schematype.UserAttributes{
		ExternalID: a.ExternalID, UserName: a.UserName, Name: a.Name, DisplayName: a.DisplayName,
		NickName: a.NickName, ProfileURL: a.ProfileURL, Title: a.Title, UserType: a.UserType,
		PreferredLanguage: a.PreferredLanguage, Locale: a.Locale, Timezone: a.Timezone, Active: active,
		Emails: a.Emails, PhoneNumbers: a.PhoneNumbers, Ims: a.Ims, Photos: a.Photos, Addresses: a.Addresses,
		Entitlements: a.Entitlements, Roles: a.Roles, X509Certificates: a.X509Certificates,
		Extensions: extensions,
	}
	if e := a.Enterprise; e != nil {
		attributes.EmployeeNumber, attributes.CostCenter, attributes.Organization = e.EmployeeNumber, e.CostCenter, e.Organization
		attributes.Division, attributes.Department = e.Division, e.Department
		if e.Manager != nil && e.Manager.Value != "" {
			attributes.Manager = &e.Manager.Value
		}
	}
	return attributes, nil
}

func createUserInput(directoryID uuid.UUID, a schematype.UserAttributes) model.CreateUserInput {
	return model.CreateUserInput{DirectoryID: directoryID, UserAttributes: a}
}

// updateUserInput makes the attributes of a user exactly a.
func updateUserInput(id uuid.UUID, a schematype.UserAttributes) model.UpdateUserInput {
	return model.UpdateUserInput{ID: id, Patch: model.NewUserPatch(a)}
}
