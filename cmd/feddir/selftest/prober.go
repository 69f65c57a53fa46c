package selftest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/model"
)

// prober plays an identity provider.
type prober struct {
	ctx          context.Context // of who asked for the test
	endpoint     http.Handler
	base, secret string
	opened       bool // whether a key opens the directory
	paused       bool // whether the directory is
}

const (
	passed  = model.CheckOutcomePassed
	warning = model.CheckOutcomeWarning
	failed  = model.CheckOutcomeFailed

	scimMediaType = "application/scim+json"
	// maxAnswer is how much of an answer is looked at, in bytes.
	maxAnswer = 1 << 20
)

func (p *prober) tenantURL() (model.CheckOutcome, string) {
	if strings.HasPrefix(p.base, "https://") {
		return passed, p.base + " is the tenant URL to paste."
	}
	return warning, p.base + " is not https: Microsoft Entra ID connects to nothing else. Start the server with --base-url and the https address that leads to it."
}

func (p *prober) refusesStrangers() (model.CheckOutcome, string) {
	if a := p.send(http.MethodGet, "/Users", "", ""); a.status != http.StatusUnauthorized {
		return failed, fmt.Sprintf("It is answered %d, not 401.", a.status)
	}
	return passed, "It is answered 401."
}

func (p *prober) opens() (model.CheckOutcome, string) {
	if !p.opened {
		return failed, "No key of the directory works, and it has no OAuth client: whoever asks is refused. Make one with createKey or createOAuthClient and give the identity provider its secret."
	}
	return passed, "There is one that works."
}

// findsNobody searches for a value that nobody has. Entra takes the empty list
// for success, and any other status for a service that does not work.
func (p *prober) findsNobody(collection, attribute string) (model.CheckOutcome, string) {
	filter := url.QueryEscape(fmt.Sprintf("%s eq %q", attribute, uuid.New()))
	a := p.send(http.MethodGet, collection+"?filter="+filter, p.secret, "")
	var list struct {
		TotalResults *int
		Resources    []json.RawMessage
	}
	switch err := json.Unmarshal(a.body.Bytes(), &list); {
	case a.status != http.StatusOK:
		return failed, a.refusal()
	case !strings.HasPrefix(a.header.Get("Content-Type"), scimMediaType):
		return failed, fmt.Sprintf("The answer is %q, not %s.", a.header.Get("Content-Type"), scimMediaType)
	case err != nil || list.TotalResults == nil || *list.TotalResults != 0 || list.Resources == nil || len(list.Resources) > 0:
		return failed, "The answer is no empty list."
	}
	return passed, "It is answered with an empty list."
}

func (p *prober) configuration() (model.CheckOutcome, string) {
	a := p.send(http.MethodGet, "/ServiceProviderConfig", p.secret, "")
	var config struct{ Patch, Filter struct{ Supported bool } }
	switch err := json.Unmarshal(a.body.Bytes(), &config); {
	case a.status != http.StatusOK:
		return failed, a.refusal()
	case err != nil || !config.Patch.Supported || !config.Filter.Supported:
		return failed, "PATCH or filters are not offered."
	}
	return passed, "Both are offered."
}

func (p *prober) schemas() (model.CheckOutcome, string) {
	a := p.send(http.MethodGet, "/Schemas", p.secret, "")
	var list struct{ Resources []struct{ ID string } }
	err := json.Unmarshal(a.body.Bytes(), &list)
	known := map[string]bool{}
	for _, s := range list.Resources {
		known[s.ID] = true
	}
	switch {
	case a.status != http.StatusOK:
		return failed, a.refusal()
	case err != nil || !known["urn:ietf:params:scim:schemas:core:2.0:User"] || !known["urn:ietf:params:scim:schemas:core:2.0:Group"]:
		return failed, "They are not in the list."
	}
	return passed, fmt.Sprintf("%d schemas are listed.", len(list.Resources))
}

// takesChanges changes a user who is not there, so that nothing is changed.
func (p *prober) takesChanges() (model.CheckOutcome, string) {
	const disable = `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"Replace","path":"active","value":false}]}`
	a := p.send(http.MethodPatch, "/Users/"+schematype.NewID(schematype.TypeUser).String(), p.secret, disable)
	switch {
	case p.paused:
		return failed, "The directory is paused: its keys only read. Set its state to ACTIVE."
	case a.status != http.StatusNotFound:
		return failed, a.refusal()
	}
	return passed, "A change to a user who is not there is answered 404, as it must be."
}

// answer is what the endpoint says.
type answer struct {
	status int
	header http.Header
	body   bytes.Buffer
}

func (a *answer) Header() http.Header { return a.header }

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *answer) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	if room := maxAnswer - a.body.Len(); room > 0 {
		a.body.Write(p[:min(len(p), room)])
	}
	return len(p), nil
}

// refusal says why a request was refused, in the endpoint's own words.
func (a *answer) refusal() string {
	var e struct{ Detail string }
	if json.Unmarshal(a.body.Bytes(), &e) != nil || e.Detail == "" {
		return fmt.Sprintf("It is answered %d.", a.status)
	}
	return fmt.Sprintf("It is answered %d: %.500s", a.status, e.Detail)
}

// send sends a request as one comes in from outside: nothing of who asked for
// the test goes with it but how long there is.
func (p *prober) send(method, path, secret, body string) *answer {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	defer context.AfterFunc(p.ctx, cancel)()
	a := &answer{header: make(http.Header)}
	req, err := http.NewRequestWithContext(ctx, method, graph.SCIMPath+path, strings.NewReader(body))
	if err != nil {
		a.status = http.StatusInternalServerError
		return a
	}
	req.RemoteAddr = "127.0.0.1:0"
	req.Header.Set("User-Agent", "feddir connection test")
	if secret != "" {
		req.Header.Set("Authorization", "Bearer "+secret)
	}
	if body != "" {
		req.Header.Set("Content-Type", scimMediaType)
	}
	p.endpoint.ServeHTTP(a, req)
	return a
}
