package selftest

import (
	"context"
	"net/http"
	"time"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/model"
)

// Endpoint is the installation's own SCIM endpoint.
type Endpoint interface {
	http.Handler
	// IssueTemporary returns a credential that opens the endpoint for a directory,
	// as its keys do, until end is called or a minute has passed. Neither the
	// credential nor its requests are stored.
	IssueTemporary(d *ent.Directory) (secret string, end func())
}

// Tester tests the connection of directories. It implements [graph.ConnectionTester].
type Tester struct {
	Endpoint Endpoint
	BaseURL  string // how clients reach the installation, without a trailing slash
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

// TestConnection does what an identity provider does first, through the same
// routes, authentication and adapter. It leaves nothing behind.
func (t *Tester) TestConnection(ctx context.Context, d *ent.Directory, opened bool) []model.ConnectionCheck {
	secret, end := t.Endpoint.IssueTemporary(d)
	defer end()
	p := &prober{
		ctx: ctx, endpoint: t.Endpoint, base: t.BaseURL + graph.SCIMPath, secret: secret,
		opened: opened, paused: d.State != directory.StateACTIVE,
	}
	var results []model.ConnectionCheck
	for _, c := range checks {
		start := time.Now()
		outcome, detail := c.run(p)
		results = append(results, model.ConnectionCheck{
			Name: c.name, Outcome: outcome, Detail: detail, DurationMs: float64(time.Since(start).Microseconds()) / 1000,
		})
	}
	return results
}
