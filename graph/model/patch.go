package model

import (
	"github.com/99designs/gqlgen/graphql"

	"github.com/feddir/feddir/ent/schematype"
)

// NewUserPatch returns the patch that makes a user's attributes exactly a.
func NewUserPatch(a schematype.UserAttributes) *UserPatch {
	return &UserPatch{
		UserName:          graphql.OmittableOf(&a.UserName),
		Active:            graphql.OmittableOf(&a.Active),
		ExternalID:        graphql.OmittableOf(a.ExternalID),
		DisplayName:       graphql.OmittableOf(a.DisplayName),
		Name:              graphql.OmittableOf(a.Name),
		NickName:          graphql.OmittableOf(a.NickName),
		ProfileURL:        graphql.OmittableOf(a.ProfileURL),
		Title:             graphql.OmittableOf(a.Title),
		UserType:          graphql.OmittableOf(a.UserType),
		PreferredLanguage: graphql.OmittableOf(a.PreferredLanguage),
		Locale:            graphql.OmittableOf(a.Locale),
		Timezone:          graphql.OmittableOf(a.Timezone),
		Emails:            graphql.OmittableOf(a.Emails),
		PhoneNumbers:      graphql.OmittableOf(a.PhoneNumbers),
		Ims:               graphql.OmittableOf(a.Ims),
		Photos:            graphql.OmittableOf(a.Photos),
		Addresses:         graphql.OmittableOf(a.Addresses),
		Entitlements:      graphql.OmittableOf(a.Entitlements),
		Roles:             graphql.OmittableOf(a.Roles),
		X509Certificates:  graphql.OmittableOf(a.X509Certificates),
		EmployeeNumber:    graphql.OmittableOf(a.EmployeeNumber),
		CostCenter:        graphql.OmittableOf(a.CostCenter),
		Organization:      graphql.OmittableOf(a.Organization),
		Division:          graphql.OmittableOf(a.Division),
		Department:        graphql.OmittableOf(a.Department),
		Manager:           graphql.OmittableOf(a.Manager),
		Extensions:        graphql.OmittableOf(a.Extensions),
	}
}

// Apply sets on a what the patch has; null clears. Clearing the user name
// leaves it empty, for validation to refuse; clearing active makes it true,
// which is what a user is made with.
func (p UserPatch) Apply(a *schematype.UserAttributes) {
	if v, ok := p.UserName.ValueOK(); ok {
		a.UserName = ""
		if v != nil {
			a.UserName = *v
		}
	}
	if v, ok := p.Active.ValueOK(); ok {
		a.Active = v == nil || *v
	}
	set(&a.ExternalID, p.ExternalID)
	set(&a.DisplayName, p.DisplayName)
	set(&a.Name, p.Name)
	set(&a.NickName, p.NickName)
	set(&a.ProfileURL, p.ProfileURL)
	set(&a.Title, p.Title)
	set(&a.UserType, p.UserType)
	set(&a.PreferredLanguage, p.PreferredLanguage)
	set(&a.Locale, p.Locale)
	set(&a.Timezone, p.Timezone)
	set(&a.Emails, p.Emails)
	set(&a.PhoneNumbers, p.PhoneNumbers)
	set(&a.Ims, p.Ims)
	set(&a.Photos, p.Photos)
	set(&a.Addresses, p.Addresses)
	set(&a.Entitlements, p.Entitlements)
	set(&a.Roles, p.Roles)
	set(&a.X509Certificates, p.X509Certificates)
	set(&a.EmployeeNumber, p.EmployeeNumber)
	set(&a.CostCenter, p.CostCenter)
	set(&a.Organization, p.Organization)
	set(&a.Division, p.Division)
	set(&a.Department, p.Department)
	set(&a.Manager, p.Manager)
	set(&a.Extensions, p.Extensions)
}

func set[T any](field *T, o graphql.Omittable[T]) {
	if v, ok := o.ValueOK(); ok {
		*field = v
	}
}
