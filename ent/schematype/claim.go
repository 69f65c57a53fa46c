package schematype

// ClaimRule gives a role to those whose token has a value of a claim, such as
// the id of a group.
type ClaimRule struct {
	Claim string `json:"claim"`
	Value string `json:"value"`
	Role  string `json:"role"`
}
