package account

import (
	"cmp"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/identityprovider"
	"github.com/feddir/feddir/internal/oidc"
)

// CallbackPath is where identity providers send people back to.
const CallbackPath = "/signin/callback"

// SealSecret encrypts the client secret of an identity provider for its row.
func (c Config) SealSecret(id uuid.UUID, secret string) string {
	return c.Secrets.Seal("client secret of "+id.String(), []byte(secret))
}

// Provider returns an identity provider with its secret, for the relying party; ok
// is false if the secret does not open: the installation's secret or pepper is
// another.
func (c Config) Provider(p *ent.IdentityProvider) (provider oidc.Provider, ok bool) {
	secret, ok := c.Secrets.Open("client secret of "+p.ID.String(), p.SealedSecret)
	provider = oidc.Provider{
		Preset: oidc.Preset(p.Preset), Issuer: p.Issuer, ClientID: p.ClientID, ClientSecret: string(secret),
		SubjectClaim: map[identityprovider.SubjectClaim]string{identityprovider.SubjectClaimSUB: "sub", identityprovider.SubjectClaimOID: "oid"}[cmp.Or(p.SubjectClaim, identityprovider.SubjectClaimSUB)],
	}
	return provider, ok
}

// Rules returns the claim rules of an identity provider.
func Rules(p *ent.IdentityProvider) []oidc.Rule {
	rules := make([]oidc.Rule, len(p.Rules))
	for i, r := range p.Rules {
		rules[i] = oidc.Rule{Claim: r.Claim, Value: r.Value, Role: r.Role}
	}
	return rules
}
