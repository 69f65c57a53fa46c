package schema

import "strings"

// aliases are other URNs that clients have for the schemas of RFC 7643:
// OneLogin's, those of SCIM 1.1, and ones that lack the name of the type. They
// are in lower case.
var aliases = map[string]string{
	"urn:scim:schemas:extension:enterprise:1.0":                  EnterpriseUserID,
	"urn:scim:schemas:extension:enterprise:1.0:user":             EnterpriseUserID,
	"urn:scim:schemas:extension:enterprise:2.0":                  EnterpriseUserID,
	"urn:scim:schemas:extension:enterprise:2.0:user":             EnterpriseUserID,
	"urn:ietf:params:scim:schemas:extension:enterprise:2.0":      EnterpriseUserID,
	"urn:ietf:params:scim:schemas:extension:enterprise:1.0:user": EnterpriseUserID,
	"urn:scim:schemas:core:2.0:user":                             UserID,
	"urn:scim:schemas:core:2.0:group":                            GroupID,
}

// coreAliases are URNs of the core schema of whatever type a resource is.
var coreAliases = map[string]bool{
	"urn:scim:schemas:core:1.0":             true,
	"urn:scim:schemas:core:2.0":             true,
	"urn:ietf:params:scim:schemas:core:2.0": true,
}

// Canonical is the URN of RFC 7643 that a URN is another name of, or else the
// URN itself.
func (rt ResourceType) Canonical(urn string) string {
	lower := strings.ToLower(urn)
	if coreAliases[lower] {
		return rt.Schema.ID
	}
	if id, ok := aliases[lower]; ok {
		return id
	}
	return urn
}

// IsCore reports whether a URN is that of the resource type's core schema.
func (rt ResourceType) IsCore(urn string) bool {
	return strings.EqualFold(rt.Canonical(urn), rt.Schema.ID)
}
