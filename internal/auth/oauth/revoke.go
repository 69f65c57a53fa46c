package oauth

import (
	"context"
	"net/http"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/accesstoken"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/internal/auth"
)

// RevocationPath is the path of the revocation endpoint, below the base URL.
const RevocationPath = "/v2/Login/Oauth2/Revoke"

var (
	errTokenKind   = &responseError{status: http.StatusBadRequest, code: "unsupported_token_type", text: "only access tokens are revoked here"}
	errOtherClient = &responseError{status: http.StatusBadRequest, code: "unauthorized_client", text: "the token belongs to another client"}
)

// Revoke is the revocation endpoint (RFC 7009 §2): a client revokes one of its
// access tokens, at once on this replica and within a second on others. Revoking
// an unknown or expired token succeeds.
func (s *Server) Revoke(w http.ResponseWriter, r *http.Request) {
	if err := s.revoke(w, r); err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
}

func (s *Server) revoke(w http.ResponseWriter, r *http.Request) error {
	form, err := readForm(w, r)
	if err != nil {
		return err
	}
	jwt, err := clientAssertion(form)
	if err != nil {
		return err
	}
	if form.Get("token") == "" {
		return invalidRequest(http.StatusBadRequest, "token is missing")
	}
	req := &request{clientSecret: form.Get("client_secret")}
	if err := req.readClient(jwt, form.Get("client_id"), r.Header); err != nil {
		return err
	}
	return s.limitAttempts(r, req, func(ctx context.Context, _ use) error {
		c, err := s.authenticate(ctx, req)
		if err != nil {
			return err
		}
		return s.revokeToken(ctx, c.client, form.Get("token"))
	})
}

// revokeToken deletes an access token of a client.
func (s *Server) revokeToken(ctx context.Context, c *ent.OAuthClient, text string) error {
	token, kind, err := auth.Parse(text)
	if err != nil {
		return nil // it never was one
	}
	if kind != auth.AccessToken {
		return errTokenKind
	}
	err = s.db.InTx(ctx, func(ctx context.Context) error { return s.deleteToken(ctx, c, token.Digest(s.cfg.Pepper)) })
	if err == nil && s.cfg.OnRevoke != nil {
		s.cfg.OnRevoke(c.ID)
	}
	return err
}

// deleteToken deletes a token. If the token was issued for a JWT it stores an
// unusable one in its place, which keeps that JWT from being used again.
func (s *Server) deleteToken(ctx context.Context, c *ent.OAuthClient, digest []byte) error {
	db := s.db.Client(ctx)
	t, err := db.AccessToken.Query().Where(accesstoken.Digest(digest)).Only(ctx)
	if ent.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if t.ClientID != c.ID {
		return errOtherClient
	}
	n, err := db.AccessToken.Delete().Where(accesstoken.CompanyID(t.CompanyID), accesstoken.ID(t.ID)).Exec(ctx)
	if err != nil || n == 0 || t.Assertion == nil {
		return err
	}
	unusable := auth.NewSecret(auth.AccessToken)
	return db.AccessToken.Create().
		SetID(schematype.NewID(schematype.TypeOther)).
		SetCompanyID(t.CompanyID).SetDirectoryID(t.DirectoryID).SetClientID(t.ClientID).
		SetDigest(unusable.Digest(s.cfg.Pepper)).SetAssertion(*t.Assertion).
		SetCreatedAt(t.CreatedAt).SetExpiresAt(t.ExpiresAt).Exec(ctx)
}
