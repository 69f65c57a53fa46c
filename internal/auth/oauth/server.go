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
	"github.com/feddir/feddir/internal/ratelimit"
)

// TokenPath is where the token endpoint is, below the base URL.
const TokenPath = "/v2/Login/Oauth2/Token"

// Config is what the token endpoint needs to know of the installation.
type Config struct {
	BaseURL string // how clients reach the installation, without a trailing slash
	Pepper  []byte // of the digests; see auth.Config
	Proxies auth.Proxies
	Log     zerolog.Logger
	Now     func() time.Time // time.Now where it is nil
	// InsecureKeyHosts lets the keys of other issuers be fetched over http and
	// from any address. For tests alone: otherwise whoever configures a client
	// can send requests into the server's own network.
	InsecureKeyHosts bool
	// OnRevoke, where it is set, is called after a client has revoked an access
	// token, with the client's id, so that it counts here at once.
	OnRevoke func(clientID uuid.UUID)
}

// Server is the authorization server. Safe for concurrent use.
type Server struct {
	db      *entdb.DB
	cfg     Config
	guesses *ratelimit.Attempts // failed attempts, by client id and address
	crowd   *ratelimit.Attempts // failed attempts, by address
	issues  *ratelimit.Attempts // tokens, by client
	keySets *keySets
}

// New returns the authorization server on db.
func New(db *entdb.DB, cfg Config) *Server {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Server{
		db: db, cfg: cfg,
		// An identity provider's addresses are shared by its customers, so one
		// whose secret is wrong must not keep out the others for long.
		guesses: ratelimit.NewAttempts(10, 6*time.Second, cfg.Now),
		crowd:   ratelimit.NewAttempts(300, 100*time.Millisecond, cfg.Now),
		issues:  ratelimit.NewAttempts(60, time.Second, cfg.Now),
		keySets: newKeySets(cfg.InsecureKeyHosts, cfg.Now),
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

// token gives the client that a request proves to be an access token.
func (s *Server) token(w http.ResponseWriter, r *http.Request) (*issued, error) {
	req, err := readRequest(w, r)
	if err != nil {
		return nil, err
	}
	var t *issued
	err = s.guarded(r, req, func(ctx context.Context, u use) (err error) {
		t, err = s.grant(ctx, req, u)
		return err
	})
	if u, ok := errors.AsType[*unproven](err); ok && req.asGrant {
		u.answer = u.answer.asGrant()
	}
	return t, err
}

// guarded runs what needs the client's credentials, unless these were guessed
// at too often.
func (s *Server) guarded(r *http.Request, req *request, f func(context.Context, use) error) error {
	address := s.cfg.Proxies.Client(r)
	crowd := network(address)
	guess := req.client.String() + " " + crowd
	if wait := max(s.guesses.Wait(guess), s.crowd.Wait(crowd)); wait > 0 {
		return tooMany(wait)
	}
	ctx := viewer.WithSystem(r.Context(), viewer.TokenIssue)
	err := f(ctx, use{s.cfg.Now().UTC().Truncate(time.Millisecond), address.String(), auth.Agent(r)})
	if errors.Is(err, errClient) {
		s.guesses.Count(guess)
		s.crowd.Count(crowd)
	}
	return err
}

func (s *Server) grant(ctx context.Context, req *request, u use) (*issued, error) {
	c, err := s.authenticate(ctx, req)
	if err != nil {
		return nil, err
	}
	id := c.client.ID.String()
	if wait := s.issues.Wait(id); wait > 0 {
		return nil, tooMany(wait)
	}
	s.issues.Count(id)
	t, err := s.issue(ctx, c, u)
	if err == nil {
		t.scoped = req.scoped
	}
	return t, err
}

// authenticate returns the client that a request proves to be.
func (s *Server) authenticate(ctx context.Context, req *request) (*credential, error) {
	if req.assertion != nil {
		return s.byAssertion(ctx, req)
	}
	return s.bySecret(ctx, req)
}

// TokenURL returns the address of the token endpoint of an installation.
func TokenURL(baseURL string) string { return baseURL + TokenPath }
