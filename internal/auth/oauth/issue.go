package oauth

import (
	"context"
	"time"

	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/generated/oauthclient"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/internal/auth"
)

// use is when and from where a client got a token.
type use struct {
	at             time.Time
	address, agent string
}

// issue stores a new access token of the client. The token of a client that was
// revoked meanwhile opens nothing.
func (s *Server) issue(ctx context.Context, c *credential, u use) (*tokenResponse, error) {
	t := &tokenResponse{
		token: auth.NewSecret(auth.AccessToken), lifetime: time.Duration(c.client.TokenLifetime) * time.Second,
	}
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		db := s.db.Client(ctx)
		create := db.AccessToken.Create().
			SetID(schematype.NewID(schematype.TypeOther)).
			SetCompanyID(c.client.CompanyID).SetDirectoryID(c.client.DirectoryID).SetClientID(c.client.ID).
			SetNillableKeyID(c.secret).SetDigest(t.token.Digest(s.cfg.Pepper)).
			SetCreatedAt(u.at).SetExpiresAt(u.at.Add(t.lifetime))
		if c.assertion != nil {
			create.SetAssertion(c.assertion)
		}
		if err := create.Exec(ctx); err != nil {
			return err
		}
		err := db.OAuthClient.Update().
			Where(oauthclient.CompanyID(c.client.CompanyID), oauthclient.ID(c.client.ID)).
			SetLastTokenAt(u.at).Exec(ctx)
		if err != nil || c.secret == nil {
			return err
		}
		return db.Key.Update().
			Where(key.CompanyID(c.client.CompanyID), key.ID(*c.secret)).
			SetLastUsedAt(u.at).SetLastUsedAddress(u.address).SetLastUsedAgent(u.agent).Exec(ctx)
	})
	if _, taken := sqlconn.IsUniqueViolation(err); taken && c.assertion != nil {
		return nil, failAuth(c.client.ID, "the JWT was used before")
	}
	if err != nil {
		return nil, err
	}
	return t, nil
}
