package provider

import (
	"context"
	"slices"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/generated/oauthclient"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/attribute"
	"github.com/feddir/feddir/internal/apierror"
)

// members is what a group's members are called where its attributes are named.
const members = "members"

// Client returns the client of the database, in the transaction of ctx.
type Client func(ctx context.Context) *ent.Client

// CheckUser refuses to change attributes of a user that the provider has written.
func (c Client) CheckUser(ctx context.Context, u *ent.User, changed []attribute.Attribute) error {
	return c.check(ctx, u.CompanyID, u.DirectoryID, Names(writtenOf(u).In(changed)))
}

// CheckGroup refuses to change attributes of a group that the provider made.
func (c Client) CheckGroup(ctx context.Context, g *ent.Group, changed []attribute.Attribute) error {
	if g.Source != viewer.SourceSCIM {
		return nil
	}
	before := OfGroup(g)
	return c.check(ctx, g.CompanyID, g.DirectoryID, slices.DeleteFunc(Names(changed), func(name string) bool { return !slices.Contains(before, name) }))
}

// CheckMembers refuses to change the members of a group that the provider made.
func (c Client) CheckMembers(ctx context.Context, g *ent.Group) error {
	if g.Source != viewer.SourceSCIM {
		return nil
	}
	return c.check(ctx, g.CompanyID, g.DirectoryID, []string{members})
}

// check refuses a change of what the provider has written, unless the viewer is
// the provider or an operator, or the directory has no provider any more.
func (c Client) check(ctx context.Context, company, directory uuid.UUID, written []string) error {
	v, _ := viewer.FromContext(ctx)
	if len(written) == 0 || v.Source == viewer.SourceSCIM || v.Kind == viewer.Operator || v.Kind == viewer.System {
		return nil
	}
	filled, err := c.hasProvider(ctx, company, directory)
	if !filled || err != nil {
		return err
	}
	return apierror.Errorf(apierror.ExternallyManaged, written[0],
		"%s was written by the identity provider that fills this directory: change it there, and it arrives with the next provisioning cycle", written[0])
}

// hasProvider reports whether a key, or a client that has got a token, opens a
// directory to a provider. A
// viewer who may not read keys is told no more than this.
func (c Client) hasProvider(ctx context.Context, company, directory uuid.UUID) (bool, error) {
	ctx = viewer.WithSystem(ctx, viewer.ProviderLookup)
	found, err := c(ctx).Key.Query().Where(
		key.CompanyID(company), key.DirectoryID(directory), key.KindEQ(key.KindDIRECTORY),
		key.RevokedAtIsNil(), key.Or(key.ExpiresAtIsNil(), key.ExpiresAtGT(schematype.Now())),
	).Exist(ctx)
	if found || err != nil {
		return found, err
	}
	return c(ctx).OAuthClient.Query().Where(
		oauthclient.CompanyID(company), oauthclient.DirectoryID(directory), oauthclient.RevokedAtIsNil(), oauthclient.LastTokenAtNotNil(),
	).Exist(ctx)
}
