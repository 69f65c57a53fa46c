package provider

import (
	"context"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/attribute"
)

// OfUser returns the attributes of a user that the provider has written.
func OfUser(u *ent.User) []attribute.Attribute { return writtenOf(u).In(attribute.Users) }

// OfGroup returns the names of what the provider has written of a group: of one
// that it made, everything.
func OfGroup(g *ent.Group) []string {
	names := []string{}
	if g.Source != viewer.SourceSCIM {
		return names
	}
	given, _ := attribute.Groups.Assigned(attribute.Groups.Of(g))
	return append(Names(given), members)
}

// Names returns the names of attributes.
func Names(some []attribute.Attribute) []string {
	names := make([]string, len(some))
	for i, attr := range some {
		names[i] = attr.Name()
	}
	return names
}

func writtenOf(u *ent.User) attribute.Set {
	if u.Provided != nil {
		return attribute.Set(*u.Provided)
	}
	return implied(u.Source, attribute.Users.Of(u))
}

// implied is what the provider has written of a user of whom that is not stored:
// nobody else has written one whom it made.
func implied(source viewer.Source, a schematype.UserAttributes) attribute.Set {
	if source != viewer.SourceSCIM {
		return 0
	}
	given, _ := attribute.Users.Assigned(a)
	return attribute.SetOf(given)
}

// Written returns what to store of what the provider has written of a user once
// the viewer has made its attributes a; nil where it is implied, as it is of
// users whom only the provider writes.
func Written(ctx context.Context, u *ent.User, a schematype.UserAttributes, changed []attribute.Attribute) *int64 {
	written := writtenOf(u)
	if v, _ := viewer.FromContext(ctx); v.Source == viewer.SourceSCIM {
		given, _ := attribute.Users.Assigned(a)
		written |= attribute.SetOf(attribute.SetOf(given).In(changed))
	}
	if u.Provided == nil && written == implied(u.Source, a) {
		return nil
	}
	return new(int64(written))
}
