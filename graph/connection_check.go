package graph

import (
	"context"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/generated/oauthclient"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/auth"
)

// ConnectionTester plays an identity provider against the installation's own
// SCIM endpoint.
type ConnectionTester interface {
	// TestConnection returns the checks of a directory in the order in which they
	// ran. opened tells whether a key or client of the directory works.
	TestConnection(ctx context.Context, d *ent.Directory, opened bool) []model.ConnectionCheck
}

// testConnection has the connection of a directory tested. It runs in no
// transaction: the test sends requests that open their own.
func (r *mutationResolver) testConnection(ctx context.Context, directoryID uuid.UUID) (*model.TestDirectoryConnectionPayload, error) {
	d, err := r.tx.Client(ctx).Directory.Get(ctx, directoryID)
	if d, err = dberror.Required(dberror.ErrNoDirectory, d, err); err != nil {
		return nil, err
	}
	if r.cfg.ConnectionTester == nil {
		return nil, apierror.Errorf(apierror.Unavailable, "", "there is no SCIM endpoint here")
	}
	opened, err := opened(ctx, r.tx.Client(ctx), d)
	if err != nil {
		return nil, err
	}
	result := &model.TestDirectoryConnectionPayload{Directory: d, Passed: true, Checks: r.cfg.ConnectionTester.TestConnection(ctx, d, opened)}
	for _, c := range result.Checks {
		result.Passed = result.Passed && c.Outcome != model.CheckOutcomeFailed
	}
	return result, ctx.Err()
}

// opened reports whether a key of the directory works, or it has an OAuth
// client. Who may read the directory may know that, without the scope for keys.
func opened(ctx context.Context, client *ent.Client, d *ent.Directory) (bool, error) {
	ctx = viewer.ForCompany(ctx, d.CompanyID)
	found, err := client.Key.Query().
		Where(key.CompanyID(d.CompanyID), key.DirectoryID(d.ID), key.KindEQ(key.KindDIRECTORY), auth.Works(schematype.Now())).
		Exist(ctx)
	if found || err != nil {
		return found, err
	}
	return client.OAuthClient.Query().
		Where(oauthclient.CompanyID(d.CompanyID), oauthclient.DirectoryID(d.ID), oauthclient.RevokedAtIsNil()).
		Exist(ctx)
}
