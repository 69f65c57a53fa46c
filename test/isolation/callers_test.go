package isolation_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/auth"
)

// caller is who sends a request.
type caller struct {
	name    string
	secret  string // what it shows; empty for nothing
	opens   bool   // the secret opens what it is shown to
	scoped  bool   // it has all scopes
	trusted bool   // it names documents instead of sending them
	// thorough callers try all values everywhere; the others, for the sake of
	// time, those of the kind that is wanted.
	thorough bool
}

// write runs f as the operator, below the operations.
func (w *world) write(t testing.TB, f func(context.Context, *ent.Client) error) {
	t.Helper()
	db := w.open(t)
	defer db.Close()
	err := db.InTx(viewer.WithOperator(t.Context()), func(ctx context.Context) error { return f(ctx, db.Client(ctx)) })
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) key(t testing.TB, input model.CreateKeyInput) (secret string, id uuid.UUID) {
	t.Helper()
	db := w.open(t)
	defer db.Close()
	input.Name = "key"
	made := must(graph.New(db, graph.Config{BaseURL: "http://directory.test"}).Operations().CreateKey(viewer.WithOperator(t.Context()), input))
	w.secrets = append(w.secrets, *made.AccessToken)
	return *made.AccessToken, made.Key.ID
}

// apiKey makes an API key of a folder's company.
func (w *world) apiKey(t testing.TB, owner *folder, scopes ...viewer.Scope) string {
	t.Helper()
	secret, _ := w.key(t, model.CreateKeyInput{CompanyID: &owner.company, Scopes: scopes})
	return secret
}

// accessToken makes an access token of the OAuth client of a folder. Its use is
// not written anywhere.
func (w *world) accessToken(t testing.TB, f *folder, expires time.Duration) string {
	t.Helper()
	secret := auth.NewSecret(auth.AccessToken)
	w.write(t, func(ctx context.Context, c *ent.Client) error {
		return c.AccessToken.Create().SetCompanyID(f.company).SetDirectoryID(f.directory).SetClientID(f.oauthClient).
			SetDigest(secret.Digest(nil)).SetExpiresAt(schematype.Now().Add(expires)).Exec(ctx)
	})
	return secret.Reveal()
}

// ended makes two keys that work no more.
func (w *world) ended(t testing.TB, input model.CreateKeyInput) (revoked, expired string) {
	t.Helper()
	revoked, revokedID := w.key(t, input)
	expired, expiredID := w.key(t, input)
	past := schematype.Now().Add(-time.Minute)
	w.write(t, func(ctx context.Context, c *ent.Client) error {
		if err := c.Key.Update().Where(key.ID(revokedID)).SetRevokedAt(past).Exec(ctx); err != nil {
			return err
		}
		return c.Key.Update().Where(key.ID(expiredID)).SetExpiresAt(past).Exec(ctx)
	})
	return revoked, expired
}

// graphqlCallers are all kinds of callers of GraphQL. Those who may write come
// last: to write what is there already is nothing, and nobody is refused that.
func (w *world) graphqlCallers(t testing.TB) []caller {
	t.Helper()
	company := model.CreateKeyInput{CompanyID: &w.ours.company, Scopes: viewer.Scopes}
	revoked, expired := w.ended(t, company)
	company.TrustedDocumentsOnly = true
	trusted, _ := w.key(t, company)
	all := []caller{
		{name: "nobody"},
		{name: "malformed", secret: "fda_harbor"},
		{name: "unknown", secret: auth.NewSecret(key.KindAPI).Reveal()},
		{name: "revoked", secret: revoked},
		{name: "expired", secret: expired},
		{name: "directory key", secret: w.ours.secret},
		{name: "access token", secret: w.accessToken(t, &w.ours, time.Hour)},
		{name: "client secret", secret: w.newClient(t).secret},
	}
	for _, s := range viewer.Scopes {
		all = append(all, caller{name: "scope " + string(s), secret: w.apiKey(t, &w.ours, s), opens: true})
	}
	return append(all,
		caller{name: "trusted documents only", secret: trusted, opens: true, scoped: true, trusted: true},
		caller{name: "all scopes", secret: w.apiKey(t, &w.ours, viewer.Scopes...), opens: true, scoped: true, thorough: true})
}

// scimCallers are all kinds of callers of SCIM, but for the key of a directory
// that is paused.
func (w *world) scimCallers(t testing.TB) []caller {
	t.Helper()
	revoked, expired := w.ended(t, model.CreateKeyInput{DirectoryID: &w.ours.directory})
	all := []caller{
		{name: "directory key", secret: w.ours.secret, opens: true, thorough: true},
		{name: "access token", secret: w.accessToken(t, &w.ours, time.Hour), opens: true},
		{name: "nobody"},
		{name: "malformed", secret: "fdk_harbor"},
		{name: "unknown", secret: auth.NewSecret(key.KindDIRECTORY).Reveal()},
		{name: "revoked", secret: revoked},
		{name: "expired", secret: expired},
		{name: "expired access token", secret: w.accessToken(t, &w.ours, -time.Minute)},
		{name: "client secret", secret: w.newClient(t).secret},
		{name: "API key of all scopes", secret: w.apiKey(t, &w.ours, viewer.Scopes...)},
	}
	for _, s := range viewer.Scopes {
		all = append(all, caller{name: "API key of scope " + string(s), secret: w.apiKey(t, &w.ours, s)})
	}
	return all
}
