package tables

import (
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/graph/load"
)

// CompanyOwner returns a company as the owner of what its fields have.
func CompanyOwner(c *ent.Company) load.Owner {
	return load.Owner{Company: c.ID, ID: c.ID}
}

// DirectoryOwner returns a directory as the owner of what its fields have.
func DirectoryOwner(d *ent.Directory) load.Owner {
	return load.Owner{Company: d.CompanyID, Directory: d.ID, ID: d.ID}
}

// UserOwner returns a user as the owner of what its fields have.
func UserOwner(u *ent.User) load.Owner {
	return load.Owner{Company: u.CompanyID, Directory: u.DirectoryID, ID: u.ID}
}

// GroupOwner returns a group as the owner of what its fields have.
func GroupOwner(g *ent.Group) load.Owner {
	return load.Owner{Company: g.CompanyID, Directory: g.DirectoryID, ID: g.ID}
}

// KeyOwner returns a key as the owner of what its fields have.
func KeyOwner(k *ent.Key) load.Owner { return load.Owner{Company: k.CompanyID, ID: k.ID} }

// OAuthClientOwner returns an OAuth client as the owner of what its fields have.
func OAuthClientOwner(c *ent.OAuthClient) load.Owner {
	return load.Owner{Company: c.CompanyID, Directory: c.DirectoryID, ID: c.ID}
}
