package oauth

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/internal/auth"
	"github.com/feddir/feddir/internal/issuers"
	"github.com/feddir/feddir/internal/ratelimit"
)

// TokenPath is the path of the token endpoint, below the base URL.
const TokenPath = "/v2/Login/Oauth2/Token"

// Config is what the token endpoint needs to know of the installation.
type Config struct {
	BaseURL string // how clients reach the installation, without a trailing slash
	Pepper  []byte // of the digests; see auth.Config
	Proxies auth.Proxies
	Log     zerolog.Logger
	Now     func() time.Time // time.Now where it is nil
	// InsecureKeyHosts allows keys of other issuers to be fetched from any address,
	// and over http from the machine itself. It is for tests only: with it, whoever configures a client
	// can make the server send requests into its own network.
	InsecureKeyHosts bool
	// OnRevoke, where it is set, is called with the client's id after a client has
	// revoked an access token, so that this replica forgets the token at once.
	OnRevoke func(clientID uuid.UUID)
}

// Server is the authorization server. Safe for concurrent use.
type Server struct {
	db              *entdb.DB
	cfg             Config
	clientFailures  *ratelimit.Budget // failed attempts, by client id and address
	networkFailures *ratelimit.Budget // failed attempts, by address
	tokensIssued    *ratelimit.Budget // tokens, by client
	keySets         *issuers.KeySets
}

// New returns the authorization server on db.
func New(db *entdb.DB, cfg Config) *Server {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Server{
		db: db, cfg: cfg,
		// The customers of an identity provider share its addresses, so a customer
		// with a wrong secret must not lock out the others for long.
		clientFailures:  ratelimit.NewBudget(10, 6*time.Second, cfg.Now),
		networkFailures: ratelimit.NewBudget(300, 100*time.Millisecond, cfg.Now),
		tokensIssued:    ratelimit.NewBudget(60, time.Second, cfg.Now),
		keySets:         issuers.NewKeySets(cfg.InsecureKeyHosts, cfg.Now),
	}
}

// ServeHTTP is the token endpoint (RFC 6749 §3.2).
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	t, err := s.token(w, r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	t.write(w)
}

// token issues an access token to the client of a request.
func (s *Server) token(w http.ResponseWriter, r *http.Request) (*tokenResponse, error) {
	req, err := readRequest(w, r)
	if err != nil {
		return nil, err
	}
	var t *tokenResponse
	err = s.limitAttempts(r, req, func(ctx context.Context, u use) (err error) {
		t, err = s.grant(ctx, req, u)
		return err
	})
	if u, ok := errors.AsType[*authFailure](err); ok && req.asGrant {
		u.response = u.response.grantError()
	}
	return t, err
}

// limitAttempts runs f, which authenticates the client, unless too many attempts
// for the client or from its network have failed.
func (s *Server) limitAttempts(r *http.Request, req *request, f func(context.Context, use) error) error {
	address := s.cfg.Proxies.Client(r)
	net := auth.Network(address)
	attempt := req.client.String() + " " + net
	if wait := max(s.clientFailures.Wait(attempt, 1), s.networkFailures.Wait(net, 1)); wait > 0 {
		return tooMany(wait)
	}
	ctx := viewer.WithSystem(r.Context(), viewer.TokenIssue)
	err := f(ctx, use{s.cfg.Now().UTC().Truncate(time.Millisecond), address.String(), auth.Agent(r)})
	if errors.Is(err, errClient) {
		s.clientFailures.Charge(attempt, 1)
		s.networkFailures.Charge(net, 1)
	}
	return err
}

func (s *Server) grant(ctx context.Context, req *request, u use) (*tokenResponse, error) {
	c, err := s.authenticate(ctx, req)
	if err != nil {
		return nil, err
	}
	if wait := s.tokensIssued.Take(c.client.ID.String(), 1); wait > 0 {
		return nil, tooMany(wait)
	}
	t, err := s.issue(ctx, c, u)
	if err == nil {
		t.scopeRequested = req.scopeRequested
	}
	return t, err
}

// authenticate checks the credentials of a request.
func (s *Server) authenticate(ctx context.Context, req *request) (*credential, error) {
	if req.assertion != nil {
		return s.byAssertion(ctx, req)
	}
	return s.bySecret(ctx, req)
}

// TokenURL returns the address of the token endpoint of an installation.
func TokenURL(baseURL string) string { return baseURL + TokenPath }
