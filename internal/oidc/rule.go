package oidc

import (
	"slices"
	"strconv"
)

// chosenByPeople are claims that people can set themselves at some providers, so
// that nothing may depend on them.
var chosenByPeople = []string{
	"email", "email_verified", "preferred_username", "upn", "unique_name", "verified_primary_email", "verified_secondary_email",
	"name", "given_name", "family_name", "nickname", "profile", "picture", "website", "phone_number",
}

// Rule gives a role to those whose claim has a value.
type Rule struct {
	Claim string // such as groups, roles
	Value string // equal to the claim, or to one of its elements
	Role  string
}

// Check fails with an [InvalidError] for a rule that cannot be used.
func (r Rule) Check() error {
	switch {
	case r.Claim == "" || len(r.Claim) > maxText:
		return &InvalidError{"Claim", "a claim must be named"}
	case slices.Contains(chosenByPeople, r.Claim):
		return &InvalidError{"Claim", "people can change this claim themselves"}
	case r.Value == "" || len(r.Value) > maxText:
		return &InvalidError{"Value", "a value must be given"}
	}
	return nil
}

// HighestRole returns the first of roles that a rule gives for claims, or "".
func HighestRole(rules []Rule, claims map[string]any, roles []string) string {
	for _, role := range roles {
		if slices.ContainsFunc(rules, func(r Rule) bool { return r.Role == role && r.Check() == nil && has(claims[r.Claim], r.Value) }) {
			return role
		}
	}
	return ""
}

func has(claim any, value string) bool {
	switch c := claim.(type) {
	case string:
		return c == value
	case bool:
		return strconv.FormatBool(c) == value
	case []any:
		return slices.ContainsFunc(c, func(element any) bool { return element == value })
	}
	return false
}
