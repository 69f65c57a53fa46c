package signin_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/account"
	"github.com/feddir/feddir/ent/generated/identityprovider"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/internal/auth"
)

// provider is an identity provider that signs in whom its claims name.
type provider struct {
	*httptest.Server
	t      *testing.T
	key    *ecdsa.PrivateKey
	claims map[string]any
	nonce  string // of the sign-in that was begun last
}

func newProvider(t *testing.T) *provider {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p := &provider{t: t, key: key}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		p.write(w, map[string]any{
			"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"ES256"},
		})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		p.write(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "one", Algorithm: "ES256", Use: "sig"}}})
	})
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, _ *http.Request) {
		p.write(w, map[string]any{"access_token": "x", "token_type": "Bearer", "id_token": p.token()})
	})
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

func (p *provider) write(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		p.t.Error(err)
	}
}

func (p *provider) token() string {
	claims := map[string]any{"iss": p.URL, "aud": "directory", "nonce": p.nonce, "iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix()}
	maps.Copy(claims, p.claims)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: p.key, KeyID: "one"}}, nil)
	if err != nil {
		p.t.Error(err)
		return ""
	}
	text, _ := json.Marshal(claims)
	signed, err := signer.Sign(text)
	if err != nil {
		p.t.Error(err)
		return ""
	}
	raw, _ := signed.CompactSerialize()
	return raw
}

// configured makes p a provider of a company.
func (w *world) configured(t *testing.T, company uuid.UUID, p *provider, change func(*ent.IdentityProviderCreate)) uuid.UUID {
	t.Helper()
	id := schematype.NewID(schematype.TypeIdentityProvider)
	w.write(t, func(ctx context.Context, c *ent.Client) error {
		create := c.IdentityProvider.Create().SetID(id).SetCompanyID(company).SetName("Work account").SetPreset(identityprovider.PresetGENERIC).
			SetIssuer(p.URL).SetClientID("directory").SetSealedSecret(w.accounts.SealSecret(id, "secret"))
		if change != nil {
			change(create)
		}
		return create.Exec(ctx)
	})
	return id
}

// begin follows a link that leads to the provider, and returns the state.
func (b *browser) begin(t *testing.T, p *provider, path string) (state string) {
	t.Helper()
	answer := b.get(t, path)
	to, err := url.Parse(answer.Header.Get("Location"))
	if err != nil || answer.StatusCode != 303 || !strings.HasPrefix(to.String(), p.URL+"/authorize?") {
		t.Fatalf("%s: %d %s %s", path, answer.StatusCode, to, text(t, answer))
	}
	p.nonce = to.Query().Get("nonce")
	return to.Query().Get("state")
}

// back comes back from the provider.
func (b *browser) back(t *testing.T, state string) *http.Response {
	return b.get(t, "/signin/callback?"+url.Values{"code": {"c"}, "state": {state}}.Encode())
}

func (b *browser) signInWith(t *testing.T, p *provider, path, subject string, more map[string]any) *http.Response {
	t.Helper()
	p.claims = map[string]any{"sub": subject, "name": "Ada Roth", "email": "owner@harbor.example"}
	maps.Copy(p.claims, more)
	return b.back(t, b.begin(t, p, path))
}

func (w *world) invite(t *testing.T, company uuid.UUID, role viewer.Role) (path string) {
	t.Helper()
	secret := auth.NewSecret(auth.InvitationCode)
	w.write(t, func(ctx context.Context, c *ent.Client) error {
		return c.Invitation.Create().SetCompanyID(company).SetName("Ada").SetRole(role).SetDigest(secret.Digest(nil)).SetExpiresAt(schematype.Now().Add(time.Hour)).Exec(ctx)
	})
	return "/invitation/" + secret.Reveal()
}

// People are known by issuer and subject, and let in by an invitation, once.
func TestInvitationLetsOnePersonIn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := newProvider(t)
		company, _ := w.company(t, "harbor", viewer.Owner)
		with := "/with/" + w.configured(t, company, p, nil).String()
		if answer := w.browser().signInWith(t, p, "/of/harbor"+with, "ada", nil); answer.StatusCode != 403 || !strings.Contains(text(t, answer), "Nobody has invited you yet") {
			t.Errorf("nobody invited: %d", answer.StatusCode)
		}
		path, b := w.invite(t, company, viewer.Auditor), w.browser()
		if answer := b.signInWith(t, p, path+with, "ada", nil); answer.StatusCode != 303 || answer.Header.Get("Location") != "/console/" {
			t.Fatalf("%d %s", answer.StatusCode, text(t, answer))
		}
		v := b.viewer(t)
		if v.CompanyID != company || !v.May(viewer.ScopeAudit) || v.May(viewer.ScopeWrite) {
			t.Errorf("%+v", v)
		}
		again := w.browser()
		if again.signInWith(t, p, "/of/harbor"+with, "ada", nil); again.viewer(t).AccountID != v.AccountID {
			t.Error("the same person has another account")
		}
		if page := w.browser().get(t, path); page.StatusCode != 404 {
			t.Errorf("the code is good for another: %d", page.StatusCode)
		}
		// The same mail address, which the provider does not vouch for, is somebody else.
		if answer := w.browser().signInWith(t, p, "/of/harbor"+with, "mallory", nil); answer.StatusCode != 403 {
			t.Errorf("known by mail: %d", answer.StatusCode)
		}
	})
}

// A claim rule gives the role that it says at each sign-in, and none when it says none.
func TestClaimRuleGivesARole(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := newProvider(t)
		company, _ := w.company(t, "harbor", viewer.Owner)
		path := "/of/harbor/with/" + w.configured(t, company, p, func(c *ent.IdentityProviderCreate) {
			c.SetRules([]schematype.ClaimRule{{Claim: "groups", Value: "admins", Role: "ADMIN"}, {Claim: "groups", Value: "staff", Role: "READER"}})
		}).String()
		for _, c := range []struct {
			groups []string
			scope  viewer.Scope
		}{{[]string{"staff"}, viewer.ScopeRead}, {[]string{"staff", "admins"}, viewer.ScopeAccounts}, {[]string{"staff"}, viewer.ScopeRead}} {
			b := w.browser()
			b.signInWith(t, p, path, "ada", map[string]any{"groups": c.groups})
			if v := b.viewer(t); !v.May(c.scope) || v.May(viewer.ScopeAccounts) != (c.scope == viewer.ScopeAccounts) {
				t.Errorf("%v: %+v", c.groups, v)
			}
		}
		for _, groups := range [][]string{{"others"}, {}} {
			if answer := w.browser().signInWith(t, p, path, "ada", map[string]any{"groups": groups}); answer.StatusCode != 403 {
				t.Errorf("%v: %d", groups, answer.StatusCode)
			}
		}
	})
}

// The last owner stays one, whatever the rules say: nobody could make another.
func TestLastOwnerKeepsTheRole(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := newProvider(t)
		company, _ := w.company(t, "harbor", viewer.Reader)
		path := "/of/harbor/with/" + w.configured(t, company, p, func(c *ent.IdentityProviderCreate) {
			c.SetRules([]schematype.ClaimRule{{Claim: "groups", Value: "owners", Role: "OWNER"}, {Claim: "groups", Value: "staff", Role: "READER"}})
		}).String()
		for _, c := range []struct {
			who, group string
			owner      bool
		}{{"ada", "owners", true}, {"ada", "staff", true}, {"ben", "owners", true}, {"ada", "staff", false}, {"ben", "staff", true}} {
			b := w.browser()
			b.signInWith(t, p, path, c.who, map[string]any{"groups": []string{c.group}})
			if v := b.viewer(t); v.Kind != viewer.Account || v.May(viewer.ScopeOwners) != c.owner {
				t.Errorf("%s of the %s: %+v", c.who, c.group, v)
			}
		}
	})
}

// Who is an active user of the directory signs in as a reader, and has no session a
// second after the user was disabled or deleted.
func TestDirectoryLetsItsActiveUsersIn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := newProvider(t)
		company, _ := w.company(t, "harbor", viewer.Owner)
		var directory uuid.UUID
		users := map[string]uuid.UUID{"oid-ada": schematype.NewID(schematype.TypeUser), "oid-ben": schematype.NewID(schematype.TypeUser)}
		w.write(t, func(ctx context.Context, c *ent.Client) error {
			d, err := c.Directory.Create().SetCompanyID(company).SetName("Employees").Save(ctx)
			if err != nil {
				return err
			}
			directory = d.ID
			for external, id := range users {
				if err := c.User.Create().SetID(id).SetCompanyID(company).SetDirectoryID(d.ID).SetSource(viewer.SourceSCIM).SetExternalID(external).
					SetUserName(external).SetUserNameKey(external).SetSortName(external).SetActive(external != "oid-ben").Exec(ctx); err != nil {
					return err
				}
			}
			return nil
		})
		path := "/of/harbor/with/" + w.configured(t, company, p, func(c *ent.IdentityProviderCreate) { c.SetPeopleDirectoryID(directory) }).String()
		b := w.browser()
		if answer := b.signInWith(t, p, path, "oid-ada", nil); answer.StatusCode != 303 {
			t.Fatalf("%d %s", answer.StatusCode, text(t, answer))
		}
		if v := b.viewer(t); !v.May(viewer.ScopeRead) || v.May(viewer.ScopeWrite) || v.May(viewer.ScopeRecords) {
			t.Errorf("%+v", v)
		}
		for _, stranger := range []string{"oid-ben", "oid-nobody"} {
			if answer := w.browser().signInWith(t, p, path, stranger, nil); answer.StatusCode != 403 {
				t.Errorf("%s: %d", stranger, answer.StatusCode)
			}
		}
		w.write(t, func(ctx context.Context, c *ent.Client) error { return c.User.Update().SetActive(false).Exec(ctx) })
		w.auth.Forget(company) // as a second does
		if v := b.viewer(t); v.Kind != "" {
			t.Error("the session of a disabled user goes on")
		}
		if answer := w.browser().signInWith(t, p, path, "oid-ada", nil); answer.StatusCode != 403 {
			t.Errorf("a disabled user signs in: %d", answer.StatusCode)
		}
	})
}

// An answer counts in the browser that began, once, for what it began.
func TestAnswersOfProvidersCountOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, other := newProvider(t), newProvider(t)
		company, _ := w.company(t, "harbor", viewer.Owner)
		with := "/with/" + w.configured(t, company, p, nil).String()
		elsewhere := "/of/harbor/with/" + w.configured(t, company, other, nil).String()
		b := w.browser()
		b.signInWith(t, p, w.invite(t, company, viewer.Reader)+with, "ada", nil)
		for name, try := range map[string]func(b *browser) *http.Response{
			"another state":   func(b *browser) *http.Response { b.begin(t, p, "/of/harbor"+with); return b.back(t, "x") },
			"another browser": func(b *browser) *http.Response { return w.browser().back(t, b.begin(t, p, "/of/harbor"+with)) },
			"another nonce": func(b *browser) *http.Response {
				state := b.begin(t, p, "/of/harbor"+with)
				p.nonce = "x"
				return b.back(t, state)
			},
			"twice": func(b *browser) *http.Response {
				state := b.begin(t, p, "/of/harbor"+with)
				b.back(t, state)
				b.cookies = map[string]*http.Cookie{}
				return b.back(t, state)
			},
			"another provider": func(b *browser) *http.Response {
				p.claims = map[string]any{"iss": other.URL, "sub": "ada"}
				return b.back(t, b.begin(t, p, "/of/harbor"+with))
			},
			"of another provider": func(b *browser) *http.Response {
				other.claims = map[string]any{"sub": "ada"}
				return b.back(t, b.begin(t, other, elsewhere))
			},
			"refused": func(b *browser) *http.Response {
				state := b.begin(t, p, "/of/harbor"+with)
				return b.get(t, "/signin/callback?error=access_denied&state="+state)
			},
		} {
			p.claims = map[string]any{"sub": "ada"}
			who := w.browser()
			if answer := try(who); answer.StatusCode < 400 || who.viewer(t).Kind != "" && name != "twice" {
				t.Errorf("%s: %d", name, answer.StatusCode)
			}
		}
		late := w.browser()
		state := late.begin(t, p, "/of/harbor"+with)
		w.late = 11 * time.Minute
		if answer := late.back(t, state); answer.StatusCode < 400 || late.viewer(t).Kind != "" {
			t.Errorf("too late: %d", answer.StatusCode)
		}
	})
}

// A provider that knows somebody does not open an account that was disabled.
func TestDisabledAccountsDoNotSignIn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := newProvider(t)
		company, _ := w.company(t, "harbor", viewer.Owner)
		with := "/with/" + w.configured(t, company, p, nil).String()
		b := w.browser()
		b.signInWith(t, p, w.invite(t, company, viewer.Reader)+with, "ada", nil)
		ada := b.viewer(t).AccountID
		w.write(t, func(ctx context.Context, c *ent.Client) error {
			return c.Account.Update().Where(account.ID(ada)).SetState(account.StateDISABLED).Exec(ctx)
		})
		if answer := w.browser().signInWith(t, p, "/of/harbor"+with, "ada", nil); answer.StatusCode != 403 {
			t.Error(answer.StatusCode)
		}
		if answer := w.browser().post(t, w.link(t, company, ada, time.Minute), url.Values{}); answer.StatusCode != 404 {
			t.Error(answer.StatusCode)
		}
	})
}
