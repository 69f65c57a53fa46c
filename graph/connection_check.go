package graph

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/generated/oauthclient"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/auth"
)

// Endpoint is the installation's own SCIM endpoint.
type Endpoint interface {
	http.Handler
	// Lend returns a secret that opens the endpoint for a directory, as a key of
	// it would, until end is called or a minute has passed. Nothing is stored of
	// it, and nothing recorded of what is done with it.
	Lend(d *ent.Directory) (secret string, end func())
}

// check is one thing that an identity provider relies on.
type check struct {
	name string
	run  func(p *prober) (model.CheckOutcome, string)
}

// checks begin with what Microsoft Entra ID's button "Test Connection" sends.
var checks = []check{
	{"The tenant URL is one that Microsoft Entra ID takes", (*prober).tenantURL},
	{"A request without a key is refused", (*prober).refusesStrangers},
	{"A key opens the directory", (*prober).opens},
	{"A user who is not there is searched for", func(p *prober) (model.CheckOutcome, string) {
		return p.findsNobody("/Users", "userName")
	}},
	{"A group that is not there is searched for", func(p *prober) (model.CheckOutcome, string) {
		return p.findsNobody("/Groups", "displayName")
	}},
	{"The service provider configuration allows PATCH and filters", (*prober).configuration},
	{"The schemas of users and groups are listed", (*prober).schemas},
	{"The directory takes changes", (*prober).takesChanges},
}

// testConnection does what an identity provider does first, through the same
// routes, authentication and adapter. It runs in no transaction and leaves
// nothing behind.
func (r *Resolver) testConnection(ctx context.Context, directoryID uuid.UUID) (*model.TestDirectoryConnectionPayload, error) {
	d, err := r.client(ctx).Directory.Get(ctx, directoryID)
	if err != nil {
		_, err = required(errNoDirectory, d, err)
		return nil, err
	}
	if r.cfg.Endpoint == nil {
		return nil, apierror.Errorf(apierror.Unavailable, "", "there is no SCIM endpoint here")
	}
	opened, err := r.opened(ctx, d)
	if err != nil {
		return nil, err
	}
	secret, end := r.cfg.Endpoint.Lend(d)
	defer end()
	p := &prober{
		ctx: ctx, endpoint: r.cfg.Endpoint, base: r.scimURL(), secret: secret,
		opened: opened, paused: d.State != directory.StateACTIVE,
	}
	result := &model.TestDirectoryConnectionPayload{Directory: d, Passed: true}
	for _, c := range checks {
		start := time.Now()
		outcome, detail := c.run(p)
		result.Passed = result.Passed && outcome != model.CheckOutcomeFailed
		result.Checks = append(result.Checks, model.ConnectionCheck{
			Name: c.name, Outcome: outcome, Detail: detail, DurationMs: float64(time.Since(start).Microseconds()) / 1000,
		})
	}
	return result, ctx.Err()
}

// opened reports whether a key of the directory works, or it has an OAuth
// client. Who may read the directory may know that, without the scope for keys.
func (r *Resolver) opened(ctx context.Context, d *ent.Directory) (bool, error) {
	ctx = ofCompany(ctx, d.CompanyID)
	client := r.client(ctx)
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
