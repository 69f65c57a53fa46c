package auth

import (
	"context"

	"entgo.io/ent/dialect/sql"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/accesstoken"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/generated/oauthclient"
)

// loadToken reads an access token and the state of its directory. A token does
// not count if its client was revoked, or the client secret it was issued for.
func (a *Authenticator) loadToken(ctx context.Context, d digest) (*grant, error) {
	query := a.db.Client(ctx).AccessToken.Query().Where(accesstoken.Digest(d[:]), NotDeleted)
	query.Modify(func(s *sql.Selector) {
		client, secret, dir := sql.Table(oauthclient.Table), sql.Table(key.Table), sql.Table(directory.Table)
		s.Join(client).OnP(sql.And(
			sql.ColumnsEQ(s.C(accesstoken.FieldCompanyID), client.C(oauthclient.FieldCompanyID)),
			sql.ColumnsEQ(s.C(accesstoken.FieldClientID), client.C(oauthclient.FieldID)),
		))
		s.LeftJoin(secret).OnP(sql.And(
			sql.ColumnsEQ(s.C(accesstoken.FieldCompanyID), secret.C(key.FieldCompanyID)),
			sql.ColumnsEQ(s.C(accesstoken.FieldKeyID), secret.C(key.FieldID)),
		))
		s.Join(dir).OnP(sql.And(
			sql.ColumnsEQ(s.C(accesstoken.FieldCompanyID), dir.C(directory.FieldCompanyID)),
			sql.ColumnsEQ(s.C(accesstoken.FieldDirectoryID), dir.C(directory.FieldID)),
		))
		s.Where(sql.And(sql.IsNull(client.C(oauthclient.FieldRevokedAt)), sql.IsNull(secret.C(key.FieldRevokedAt))))
		selectText(s, dir.C(directory.FieldState), directoryState)
	})
	t, err := query.Only(ctx)
	if ent.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	state, err := t.Value(directoryState)
	if err != nil {
		return nil, err
	}
	return &grant{
		viewer: directoryViewer(t.CompanyID, t.DirectoryID, t.ClientID, state), expires: t.ExpiresAt, token: true,
	}, nil
}
