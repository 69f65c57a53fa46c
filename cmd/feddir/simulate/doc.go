// Package simulate plays an identity provider's provisioning job against a SCIM 2.0 endpoint. It knows the endpoint
// by HTTP alone, so that it shows of any server what it shows of feddir's.
package simulate
