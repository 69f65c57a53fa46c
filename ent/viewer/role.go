package viewer

import "slices"

// Role is what an account is to its company.
type Role string

// The roles of accounts, from the one that may do most.
const (
	Owner   Role = "OWNER"
	Admin   Role = "ADMIN"
	Auditor Role = "AUDITOR"
	Reader  Role = "READER"
)

// Roles lists the roles, from the one that may do most.
var Roles = []Role{Owner, Admin, Auditor, Reader}

var scopesOfRole = map[Role][]Scope{
	Owner:   Scopes,
	Admin:   {ScopeRead, ScopeWrite, ScopeKeys, ScopeRecords, ScopeAudit, ScopeAccounts},
	Auditor: {ScopeRead, ScopeRecords, ScopeAudit},
	Reader:  {ScopeRead},
}

// Values lists the roles.
func (Role) Values() []string {
	names := make([]string, len(Roles))
	for i, r := range Roles {
		names[i] = string(r)
	}
	return names
}

// Scopes are what an account with the role may do. Whoever administers some
// directories alone has nothing to do with the accounts of the company.
func (r Role) Scopes(someDirectories bool) []Scope {
	scopes := scopesOfRole[r]
	if someDirectories {
		scopes = slices.DeleteFunc(slices.Clone(scopes), func(s Scope) bool {
			return s == ScopeAccounts || s == ScopeOwners || s == ScopeAudit
		})
	}
	return scopes
}

// MayGive reports whether the viewer holds all that a role may do: nobody makes
// somebody else stronger than they are.
func (v Viewer) MayGive(r Role) bool {
	scopes, known := scopesOfRole[r]
	return known && !slices.ContainsFunc(scopes, func(s Scope) bool { return !v.May(s) })
}
