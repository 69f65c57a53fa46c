package oauth

import (
	"context"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/generated/oauthclient"
	"github.com/feddir/feddir/internal/auth"
)

// credential is what a client has proved to be, and how.
type credential struct {
	client    *ent.OAuthClient
	secret    *uuid.UUID // the key of the client secret it showed
	assertion []byte     // digest of the jti of its own JWT
}

// bySecret finds the client by its secret, so that a wrong secret of a client
// that exists takes no other way than that of one that does not.
func (s *Server) bySecret(ctx context.Context, req *request) (*credential, error) {
	secret, kind, err := auth.Parse(req.clientSecret)
	if err != nil || kind != key.KindCLIENT {
		return nil, because(req.client, "the secret is missing or was never one")
	}
	db := s.db.Client(ctx)
	k, err := db.Key.Query().
		Where(key.Digest(secret.Digest(s.cfg.Pepper)), key.KindEQ(key.KindCLIENT), key.RevokedAtIsNil()).
		Only(ctx)
	if ent.IsNotFound(err) {
		return nil, because(req.client, "no secret is that one, or it was revoked")
	}
	if err != nil {
		return nil, err
	}
	if k.ClientID == nil || *k.ClientID != req.client {
		return nil, because(req.client, "the secret is another client's")
	}
	if k.ExpiresAt != nil && !s.cfg.Now().Before(*k.ExpiresAt) {
		return nil, because(req.client, "the secret has expired")
	}
	c, err := s.working(ctx, *k.ClientID)
	if err != nil {
		return nil, err
	}
	return &credential{client: c, secret: &k.ID}, nil
}

// working returns a client that was not revoked.
func (s *Server) working(ctx context.Context, id uuid.UUID) (*ent.OAuthClient, error) {
	c, err := s.db.Client(ctx).OAuthClient.Query().Where(oauthclient.ID(id), oauthclient.RevokedAtIsNil()).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, because(id, "there is no such client, or it was revoked")
	}
	return c, err
}
