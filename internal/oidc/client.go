package oidc

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"github.com/google/uuid"
	"golang.org/x/oauth2"
	"golang.org/x/sync/singleflight"

	"github.com/feddir/feddir/internal/cache"
	"github.com/feddir/feddir/internal/issuers"
)

// skew is by how much the clock of a provider may differ.
const skew = 2 * time.Minute

// algorithms are those that may sign tokens. None is symmetric: who can verify
// such a token can make one.
var algorithms = []jose.SignatureAlgorithm{jose.RS256, jose.ES256, jose.PS256, jose.RS384, jose.PS384, jose.RS512, jose.PS512}

// Config is what the relying party needs to know of the installation.
type Config struct {
	// Private allows identity providers in private networks, and over http on the
	// machine itself. Whoever configures a provider can then make the server send
	// requests into its own network.
	Private bool
	Now     func() time.Time // time.Now where it is nil
}

// Client is the relying party, one for a process. Safe for concurrent use.
type Client struct {
	cfg   Config
	http  *http.Client
	keys  *issuers.KeySets
	loads singleflight.Group
	known *cache.Cache[struct{}, string, discovered] // by issuer
}

// New returns the relying party.
func New(cfg Config) *Client {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Client{
		cfg: cfg, http: issuers.NewClient(cfg.Private), keys: issuers.NewKeySets(cfg.Private, cfg.Now),
		known: cache.New[struct{}, string, discovered](cache.Config{Entries: maxIssuers, Cost: maxMetadata}),
	}
}

// oauth is the client of OAuth 2.0.
func (p Provider) oauth(m *metadata, redirectURI string) *oauth2.Config {
	return &oauth2.Config{
		ClientID: p.ClientID, ClientSecret: p.ClientSecret, RedirectURL: redirectURI,
		Scopes:   append([]string{oidc.ScopeOpenID, "profile", "email"}, p.Scopes...),
		Endpoint: oauth2.Endpoint{AuthURL: m.AuthorizationEndpoint, TokenURL: m.TokenEndpoint, AuthStyle: p.authStyle(m)},
	}
}

// authStyle is how the client authenticates: in the header, which is the default
// (OpenID Connect Discovery 1.0 §3), unless the provider only takes it in the form.
func (p Provider) authStyle(m *metadata) oauth2.AuthStyle {
	inHeader := len(m.TokenAuthMethods) == 0 || slices.Contains(m.TokenAuthMethods, "client_secret_basic")
	if p.ClientSecret != "" && inHeader {
		return oauth2.AuthStyleInHeader
	}
	return oauth2.AuthStyleInParams
}

// verifier checks the signature and the audience of tokens, and that they have not
// expired. Their issuer depends on the tenant that they name: see [Client.checkIssuerOf].
func (c *Client) verifier(p Provider, k *keySet) *oidc.IDTokenVerifier {
	names := make([]string, len(algorithms))
	for i, a := range algorithms {
		names[i] = string(a)
	}
	return oidc.NewVerifier(p.issuer(), k, &oidc.Config{
		ClientID: p.ClientID, SupportedSigningAlgs: names, SkipIssuerCheck: true,
		Now: func() time.Time { return c.cfg.Now().Add(-skew) },
	})
}

// keySet is the keys of an issuer, for one token. It implements [oidc.KeySet].
type keySet struct {
	client *Client
	uri    string
	err    error // why the keys could not be fetched; the library drops it
}

// VerifySignature implements [oidc.KeySet].
func (k *keySet) VerifySignature(ctx context.Context, token string) (payload []byte, err error) {
	signed, err := jose.ParseSignedCompact(token, algorithms)
	if err != nil {
		return nil, err
	}
	var key *jose.JSONWebKey
	if key, k.err = k.client.keys.Key(ctx, uuid.Nil, k.uri, signed.Signatures[0].Protected.KeyID); k.err != nil {
		return nil, k.err
	}
	if key == nil {
		return nil, fail(ErrToken, "no key has the kid of the token")
	}
	return signed.Verify(key)
}
