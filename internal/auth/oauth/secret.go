package oauth

import (
	"context"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/generated/oauthclient"
	"github.com/feddir/feddir/internal/auth"
)

// credential is an authenticated client, and how it was authenticated.
type credential struct {
	client    *ent.OAuthClient
	secret    *uuid.UUID // the key of its client secret
	assertion []byte     // digest of the jti of its own JWT
}

// bySecret authenticates a client by its secret. It finds the client by the
// secret, so that wrong secrets of existing and of unknown clients take the same
// path and time.
func (s *Server) bySecret(ctx context.Context, req *request) (*credential, error) {
	secret, kind, err := auth.Parse(req.clientSecret)
	if err != nil || kind != key.KindCLIENT {
		return nil, failAuth(req.client, "the secret is missing or malformed")
	}
	db := s.db.Client(ctx)
	k, err := db.Key.Query().
		Where(key.Digest(secret.Digest(s.cfg.Pepper)), key.KindEQ(key.KindCLIENT), key.RevokedAtIsNil()).
		Only(ctx)
	if ent.IsNotFound(err) {
		return nil, failAuth(req.client, "the secret is unknown or was revoked")
	}
	if err != nil {
		return nil, err
	}
	if k.ClientID == nil || *k.ClientID != req.client {
		return nil, failAuth(req.client, "the secret belongs to another client")
	}
	if k.ExpiresAt != nil && !s.cfg.Now().Before(*k.ExpiresAt) {
		return nil, failAuth(req.client, "the secret has expired")
	}
	c, err := s.activeClient(ctx, *k.ClientID)
	if err != nil {
		return nil, err
	}
	return &credential{client: c, secret: &k.ID}, nil
}

// activeClient returns a client that was not revoked, of a directory that is not
// deleted.
func (s *Server) activeClient(ctx context.Context, id uuid.UUID) (*ent.OAuthClient, error) {
	c, err := s.db.Client(ctx).OAuthClient.Query().Where(oauthclient.ID(id), oauthclient.RevokedAtIsNil(), auth.NotDeleted).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, failAuth(id, "there is no such client, or it was revoked")
	}
	return c, err
}
