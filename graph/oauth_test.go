package graph_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/tx"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/auth"
)

const publicKey = `{"keys":[{"kty":"EC","crv":"P-256","kid":"a","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}`

func (w *world) oauthClient() model.CreateOAuthClientInput {
	return model.CreateOAuthClientInput{DirectoryID: w.directory.ID, Name: "Entra", TokenLifetimeSeconds: 21600, WithSecret: true}
}

func (w *world) mustCreateOAuthClient(t testing.TB) *model.CreateOAuthClientPayload {
	t.Helper()
	p, err := w.CreateOAuthClient(w.api, w.oauthClient())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestCreateOAuthClient(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w, other := newWorld(t, db, "harbor"), newWorld(t, db, "other")
		r := graph.New(db, graph.Config{BaseURL: "http://directory.test"})
		p := w.mustCreateOAuthClient(t)
		if _, kind, err := auth.Parse(*p.ClientSecret); kind != key.KindCLIENT || err != nil || p.Client.DirectoryID != w.directory.ID {
			t.Errorf("%+v, secret of kind %s, %v", p.Client, kind, err)
		}
		secrets, err := r.OAuthClient().Secrets(w.api, p.Client)
		if err != nil || len(secrets) != 1 || *secrets[0].ClientID != p.Client.ID || secrets[0].Kind != key.KindCLIENT {
			t.Fatalf("secrets %+v, %v", secrets, err)
		}
		if left := time.Until(*secrets[0].ExpiresAt); left < 729*24*time.Hour || left > 732*24*time.Hour {
			t.Errorf("the secret works for %v", left)
		}
		page, err := r.Directory().OauthClients(w.api, w.directory, nil, nil, nil, nil)
		if err != nil || len(page.Edges) != 1 || page.Edges[0].Node.ID != p.Client.ID {
			t.Errorf("of the directory: %+v, %v", page, err)
		}
		if n, err := r.Query().Node(w.api, p.Client.ID); n == nil || err != nil {
			t.Errorf("node: %v, %v", n, err)
		}
		if c, err := r.Query().OauthClient(other.api, p.Client.ID); c != nil || err != nil {
			t.Errorf("a foreign client: %v, %v", c, err)
		}
		for name, do := range map[string]func() error{
			"in a foreign directory": func() error { _, err := other.CreateOAuthClient(other.api, w.oauthClient()); return err },
			"update": func() error {
				_, err := other.UpdateOAuthClient(other.api, model.UpdateOAuthClientInput{ID: p.Client.ID})
				return err
			},
			"revoke": func() error {
				_, err := other.RevokeOAuthClient(other.api, model.RevokeOAuthClientInput{ID: p.Client.ID})
				return err
			},
			"secret": func() error {
				_, err := other.CreateOAuthClientSecret(other.api, model.CreateOAuthClientSecretInput{ClientID: p.Client.ID})
				return err
			},
		} {
			wantCode(t, "foreign: "+name, do(), apierror.NotFound)
		}
	})
}

// E-142: tokens live one to six hours, secrets one to three years.
func TestOAuthClientsCheckTheirInput(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		soon, late := schematype.Now().AddDate(0, 11, 0), schematype.Now().AddDate(3, 1, 0)
		trust := model.OAuthFederationInput{Issuer: "https://issuer.test", Audience: "a", Subject: "s", JwksURI: new("https://issuer.test/keys")}
		federated := func(change func(*model.OAuthFederationInput)) func(*model.CreateOAuthClientInput) {
			f := trust
			change(&f)
			return func(in *model.CreateOAuthClientInput) { in.Federation = &f }
		}
		for field, change := range map[string]func(*model.CreateOAuthClientInput){
			"name":                 func(in *model.CreateOAuthClientInput) { in.Name = "" },
			"description":          func(in *model.CreateOAuthClientInput) { in.Description = new("\x00") },
			"tokenLifetimeSeconds": func(in *model.CreateOAuthClientInput) { in.TokenLifetimeSeconds = 21601 },
			"jwks":                 func(in *model.CreateOAuthClientInput) { in.Jwks = new(`{"keys":[]}`) },
			"secretExpiresAt":      func(in *model.CreateOAuthClientInput) { in.SecretExpiresAt = &soon },
			"federation.issuer":    federated(func(f *model.OAuthFederationInput) { f.Issuer = "http://issuer.test" }),
			"federation.audience":  federated(func(f *model.OAuthFederationInput) { f.Audience = "" }),
			"federation.subject":   federated(func(f *model.OAuthFederationInput) { f.Subject = strings.Repeat("s", 2049) }),
			"federation.jwksUri":   federated(func(f *model.OAuthFederationInput) { f.JwksURI = nil }),
		} {
			in := w.oauthClient()
			change(&in)
			_, err := w.CreateOAuthClient(w.api, in)
			wantCode(t, field, err, apierror.Invalid)
			if got := dberror.Describe(err).Field; got != field {
				t.Errorf("field %s, want %s", got, field)
			}
		}
		in := w.oauthClient()
		in.TokenLifetimeSeconds = 3599
		_, err := w.CreateOAuthClient(w.api, in)
		wantCode(t, "tokens of less than an hour", err, apierror.Invalid)
		in = w.oauthClient()
		in.SecretExpiresAt = &late
		_, err = w.CreateOAuthClient(w.api, in)
		wantCode(t, "a secret for longer than three years", err, apierror.Invalid)
		in = w.oauthClient()
		in.Federation, in.WithSecret = &trust, false
		if p, err := w.CreateOAuthClient(w.api, in); err != nil || p.ClientSecret != nil || p.Client.FederationJwksURI != "https://issuer.test/keys" {
			t.Errorf("without a secret: %+v, %v", p, err)
		}
		in.Federation = &model.OAuthFederationInput{Issuer: "https://issuer.test", Audience: "a", Subject: "s", JwksURI: new("http://127.0.0.1/keys")}
		_, err = w.CreateOAuthClient(w.api, in)
		wantCode(t, "keys in the clear", err, apierror.Invalid)
	})
}

// Who may not read and write a directory must not let somebody else do it.
func TestOAuthClientsGiveNoMoreThanTheirMakerHas(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		p := w.mustCreateOAuthClient(t)
		weak := w.withScopes(t, viewer.ScopeRead, viewer.ScopeKeys)
		for name, do := range map[string]func(ctx context.Context) error{
			"create": func(ctx context.Context) error { _, err := w.CreateOAuthClient(ctx, w.oauthClient()); return err },
			"trust a key pair": func(ctx context.Context) error {
				_, err := w.UpdateOAuthClient(ctx, model.UpdateOAuthClientInput{ID: p.Client.ID, Jwks: graphql.OmittableOf(new(publicKey))})
				return err
			},
			"make a secret": func(ctx context.Context) error {
				_, err := w.CreateOAuthClientSecret(ctx, model.CreateOAuthClientSecretInput{ClientID: p.Client.ID})
				return err
			},
		} {
			wantCode(t, name+" without WRITE", do(weak), apierror.Forbidden)
			wantCode(t, name+" without KEYS", do(w.withScopes(t, viewer.ScopeRead, viewer.ScopeWrite)), apierror.Forbidden)
			wantCode(t, name+" with a directory's key", do(w.scim), apierror.Forbidden)
			if err := do(w.api); err != nil {
				t.Errorf("%s with all: %v", name, err)
			}
		}
		if _, err := w.RevokeOAuthClient(weak, model.RevokeOAuthClientInput{ID: p.Client.ID}); err != nil {
			t.Errorf("revoking without WRITE: %v", err)
		}
	})
}

func TestClientSecretsRotate(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		r := graph.New(db, graph.Config{})
		p := w.mustCreateOAuthClient(t)
		secrets, err := r.OAuthClient().Secrets(w.api, p.Client)
		if err != nil {
			t.Fatal(err)
		}
		rotated, err := w.RotateKey(w.api, model.RotateKeyInput{ID: secrets[0].ID, OverlapSeconds: 3600})
		if err != nil || *rotated.Key.ClientID != p.Client.ID || rotated.Key.Kind != key.KindCLIENT || rotated.Key.ExpiresAt == nil {
			t.Fatalf("%+v, %v", rotated, err)
		}
		_, err = w.RotateKey(w.api, model.RotateKeyInput{ID: rotated.Key.ID})
		wantCode(t, "a third secret by rotation", err, apierror.Conflict)
		_, err = w.CreateOAuthClientSecret(w.api, model.CreateOAuthClientSecretInput{ClientID: p.Client.ID})
		wantCode(t, "a third secret", err, apierror.Conflict)
		_, err = w.UpdateKey(w.api, model.UpdateKeyInput{ID: rotated.Key.ID, ExpiresAt: graphql.OmittableOf[*time.Time](nil)})
		wantCode(t, "a secret for ever", err, apierror.Invalid)
		if _, err = w.RevokeKey(w.api, model.RevokeKeyInput{ID: secrets[0].ID}); err != nil {
			t.Fatal(err)
		}
		if _, err = w.CreateOAuthClientSecret(w.api, model.CreateOAuthClientSecretInput{ClientID: p.Client.ID}); err != nil {
			t.Errorf("after revoking one: %v", err)
		}
	})
}

func TestRevokedOAuthClientStaysRevoked(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		r := graph.New(db, graph.Config{})
		p := w.mustCreateOAuthClient(t)
		for range 2 {
			revoked, err := w.RevokeOAuthClient(w.api, model.RevokeOAuthClientInput{ID: p.Client.ID})
			if err != nil || revoked.Client.RevokedAt == nil || revoked.Client.Version != 2 {
				t.Errorf("%+v, %v", revoked, err)
			}
		}
		if secrets, err := r.OAuthClient().Secrets(w.api, p.Client); len(secrets) != 0 || err != nil {
			t.Errorf("secrets that work: %+v, %v", secrets, err)
		}
		if n := len(changesOf(t, db, p.Client.ID)); n != 2 {
			t.Errorf("%d changes, want one for making and one for revoking", n)
		}
		_, err := w.UpdateOAuthClient(w.api, model.UpdateOAuthClientInput{ID: p.Client.ID})
		wantCode(t, "update", err, apierror.Conflict)
		_, err = w.CreateOAuthClientSecret(w.api, model.CreateOAuthClientSecretInput{ClientID: p.Client.ID})
		wantCode(t, "secret", err, apierror.Conflict)
	})
}

func TestUpdateOAuthClient(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		c := w.mustCreateOAuthClient(t).Client
		in := model.UpdateOAuthClientInput{
			ID: c.ID, Version: new(1), Jwks: graphql.OmittableOf(new(publicKey)), TokenLifetimeSeconds: graphql.OmittableOf(new(3600)),
			Federation: graphql.OmittableOf(&model.OAuthFederationInput{Issuer: "https://accounts.google.com", Audience: "a", Subject: "s"}),
		}
		p, err := w.UpdateOAuthClient(w.api, in)
		if err != nil || p.Client.Version != 2 || p.Client.TokenLifetime != 3600 || p.Client.Jwks != publicKey || p.Client.FederationJwksURI == "" || p.Client.Name != "Entra" {
			t.Fatalf("%+v, %v", p, err)
		}
		_, err = w.UpdateOAuthClient(w.api, in)
		wantCode(t, "an old version", err, apierror.StaleVersion)
		p, err = w.UpdateOAuthClient(w.api, model.UpdateOAuthClientInput{ID: c.ID, Jwks: graphql.OmittableOf[*string](nil), Federation: graphql.OmittableOf[*model.OAuthFederationInput](nil)})
		if err != nil || p.Client.Jwks != "" || p.Client.FederationIssuer != "" {
			t.Errorf("nothing to trust: %+v, %v", p, err)
		}
		changes := changesOf(t, db, c.ID)
		if len(changes) != 3 || !strings.Contains(string(changes[1].After["federation"]), "accounts.google.com") || changes[2].After["federation"] != nil {
			t.Errorf("changes %v", changes)
		}
	})
}

func TestClientSecretsAreKeptNowhere(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		ctx := tx.WithIdempotencyKey(w.api, "create")
		first, err := w.CreateOAuthClient(ctx, w.oauthClient())
		again, err2 := w.CreateOAuthClient(ctx, w.oauthClient())
		if err != nil || err2 != nil || again.Client.ID != first.Client.ID || again.ClientSecret != nil {
			t.Fatalf("created %+v and again %+v: %v, %v", first, again, err, err2)
		}
		in := model.CreateOAuthClientSecretInput{ClientID: first.Client.ID}
		ctx = tx.WithIdempotencyKey(w.api, "secret")
		second, err := w.CreateOAuthClientSecret(ctx, in)
		secondAgain, err2 := w.CreateOAuthClientSecret(ctx, in)
		if err != nil || err2 != nil || secondAgain.Key.ID != second.Key.ID || secondAgain.ClientSecret != nil {
			t.Fatalf("created %+v and again %+v: %v, %v", second, secondAgain, err, err2)
		}
		stored := inTx(t, db, func(ctx context.Context) (string, error) {
			changes, err := db.Client(ctx).Change.Query().All(ctx)
			records, err2 := db.Client(ctx).IdempotencyRecord.Query().All(ctx)
			if err != nil || err2 != nil {
				t.Fatal(err, err2)
			}
			text, err := json.Marshal(changes)
			for _, r := range records {
				text = append(text, r.Payload...)
			}
			return string(text), err
		})
		for _, secret := range []string{*first.ClientSecret, *second.ClientSecret} {
			if strings.Contains(stored, secret[8:]) {
				t.Error("a secret was stored")
			}
		}
	})
}
