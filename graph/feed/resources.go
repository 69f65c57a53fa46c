package feed

import (
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/graph/attribute"
)

// OfUser starts the record of a change to a user.
func OfUser(u *ent.User, kind change.Kind) Record {
	return Record{
		Kind: kind, ResourceType: change.ResourceTypeUSER, ID: u.ID, Version: u.Version,
		CompanyID: u.CompanyID, DirectoryID: u.DirectoryID,
	}
}

// OfGroup starts the record of a change to a group.
func OfGroup(g *ent.Group, kind change.Kind) Record {
	return Record{
		Kind: kind, ResourceType: change.ResourceTypeGROUP, ID: g.ID, Version: g.Version,
		CompanyID: g.CompanyID, DirectoryID: g.DirectoryID,
	}
}

// OfDirectory is the record of a change to a directory.
func OfDirectory(d *ent.Directory, kind change.Kind, before, after attribute.Values) Record {
	return Record{
		Kind: kind, ResourceType: change.ResourceTypeDIRECTORY, ID: d.ID, Version: d.Version,
		CompanyID: d.CompanyID, DirectoryID: d.ID, Before: before, After: after,
	}
}

// OfCompany is the record of a change to a company.
func OfCompany(c *ent.Company, kind change.Kind, before, after attribute.Values) Record {
	return Record{
		Kind: kind, ResourceType: change.ResourceTypeCOMPANY, ID: c.ID, Version: c.Version,
		CompanyID: c.ID, Before: before, After: after,
	}
}
