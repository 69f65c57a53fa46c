package account

import (
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/account"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/graph/attribute"
	"github.com/feddir/feddir/graph/feed"
)

// attributes are what a change tells of an account.
func attributes(a *ent.Account) attribute.Values {
	v := attribute.Values{"name": a.Name, "mail": a.Mail, "role": a.Role}
	if a.State == account.StateDISABLED {
		v["state"] = a.State
	}
	if len(a.DirectoryIds) > 0 {
		v["directoryIds"] = a.DirectoryIds
	}
	if a.LinkedUserID != nil {
		v["userId"] = *a.LinkedUserID
	}
	return v
}

func accountChange(a *ent.Account, kind change.Kind, before, after attribute.Values) feed.Record {
	return feed.Record{
		Kind: kind, ResourceType: change.ResourceTypeACCOUNT, ID: a.ID, Version: a.Version,
		CompanyID: a.CompanyID, Before: before, After: after,
	}
}
