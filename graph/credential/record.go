package credential

import (
	"time"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/graph/attribute"
	"github.com/feddir/feddir/graph/feed"
)

// keyAttributes are what a change tells of a key; nothing of its secret.
func keyAttributes(k *ent.Key) attribute.Values {
	a := attribute.Values{"kind": k.Kind, "name": k.Name, "description": k.Description}
	if len(k.Scopes) > 0 {
		a["scopes"] = k.Scopes
	}
	if len(k.Origins) > 0 {
		a["origins"] = k.Origins
	}
	if k.TrustedDocumentsOnly {
		a["trustedDocumentsOnly"] = true
	}
	if k.ClientID != nil {
		a["clientId"] = *k.ClientID
	}
	if k.SuccessorID != nil {
		a["successor"] = *k.SuccessorID
	}
	for name, at := range map[string]*time.Time{"expiresAt": k.ExpiresAt, "revokedAt": k.RevokedAt} {
		if at != nil {
			a[name] = at.UTC()
		}
	}
	return a
}

func keyChange(k *ent.Key, kind change.Kind, before, after attribute.Values) feed.Record {
	c := feed.Record{
		Kind: kind, ResourceType: change.ResourceTypeKEY, ID: k.ID, Version: k.Version,
		CompanyID: k.CompanyID, Before: before, After: after,
	}
	if k.DirectoryID != nil {
		c.DirectoryID = *k.DirectoryID
	}
	return c
}

// clientAttributes are what a change tells of a client.
func clientAttributes(c *ent.OAuthClient) attribute.Values {
	a := attribute.Values{"name": c.Name, "description": c.Description, "tokenLifetimeSeconds": c.TokenLifetime, "jwks": c.Jwks}
	if f := Federation(c); f != nil {
		a["federation"] = *f
	}
	if c.RevokedAt != nil {
		a["revokedAt"] = c.RevokedAt.UTC()
	}
	return a
}

func clientChange(c *ent.OAuthClient, kind change.Kind, before, after attribute.Values) feed.Record {
	return feed.Record{
		Kind: kind, ResourceType: change.ResourceTypeOAUTH_CLIENT, ID: c.ID, Version: c.Version,
		CompanyID: c.CompanyID, DirectoryID: c.DirectoryID, Before: before, After: after,
	}
}
