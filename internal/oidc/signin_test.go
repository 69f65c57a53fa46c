package oidc_test

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/feddir/feddir/internal/oidc"
)

func TestSignIn(t *testing.T) {
	t.Parallel()
	f := newFake(t, "")
	f.claims = map[string]any{
		"name": "Ada\u0000 Lovelace", "email": "ada@harbor.test", "groups": []string{"crew"}, "sid": "s1", "auth_time": f.clock.now().Unix(), "azp": clientID,
		"aud": []string{clientID, "api"}, "hasgroups": true,
	}
	p := f.provider()
	for _, methods := range []any{nil, []string{"client_secret_post"}, []string{"private_key_jwt", "client_secret_basic"}} {
		f.metadata["token_endpoint_auth_methods_supported"] = methods
		id, err := f.signIn(f.client(), p, oidc.Options{MaxAge: 15 * time.Minute, Prompt: "login", LoginHint: "ada"})
		check(t, err)
		if id.Issuer != f.issuer || id.Subject != "ada" || id.Name != "Ada Lovelace" || id.Email != "ada@harbor.test" || id.SessionID != "s1" ||
			!id.AuthTime.Equal(f.clock.now()) || !id.GroupsOmitted || id.Tenant != "" {
			t.Errorf("%+v", id)
		}
	}
	p.SubjectClaim = "employee"
	if _, err := f.signIn(f.client(), p, oidc.Options{}); !errors.Is(err, oidc.ErrToken) {
		t.Errorf("without the claim that tells who it is: %v", err)
	}
	f.claims["employee"] = "4711"
	if id, err := f.signIn(f.client(), p, oidc.Options{}); err != nil || id.Subject != "4711" {
		t.Errorf("%+v, %v", id, err)
	}
}

func TestBeginSaysHow(t *testing.T) {
	t.Parallel()
	f := newFake(t, "/realm")
	p := f.provider()
	p.Scopes = []string{"groups"}
	authURL, pending, err := f.client().Begin(t.Context(), p, redirectURI, oidc.Options{MaxAge: time.Minute, Prompt: "login", LoginHint: "ada&prompt=none"})
	check(t, err)
	u, err := url.Parse(authURL)
	check(t, err)
	for name, want := range map[string]string{"scope": "openid profile email groups", "max_age": "60", "prompt": "login", "login_hint": "ada&prompt=none", "state": pending.State, "nonce": pending.Nonce} {
		if got := u.Query()[name]; len(got) != 1 || got[0] != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	text, err := json.Marshal(pending)
	check(t, err)
	var back oidc.Pending
	if check(t, json.Unmarshal(text, &back)); back != pending || len(text) > 1000 || strings.Contains(authURL, pending.Verifier) {
		t.Errorf("%s", text)
	}
}

// attempt is one sign-in that an attack changes.
type attempt struct {
	*fake
	provider oidc.Provider
	options  oidc.Options
	pending  oidc.Pending
	query    url.Values
}

// before are attacks at the provider, after are those on its answer.
var attacks = map[string]struct {
	want          error
	before, after func(a *attempt)
}{
	"another state":           {want: oidc.ErrState, after: func(a *attempt) { a.query.Set("state", "x") }},
	"no state":                {want: oidc.ErrState, after: func(a *attempt) { a.query.Del("state") }},
	"nothing begun":           {want: oidc.ErrState, after: func(a *attempt) { a.pending = oidc.Pending{}; a.query.Del("state") }},
	"two codes":               {want: oidc.ErrState, after: func(a *attempt) { a.query.Add("code", "x") }},
	"no code":                 {want: oidc.ErrState, after: func(a *attempt) { a.query.Del("code") }},
	"a forged error":          {want: oidc.ErrState, after: func(a *attempt) { a.query = url.Values{"error": {"access_denied"}} }},
	"too late":                {want: oidc.ErrExpired, after: func(a *attempt) { a.clock.advance(11 * time.Minute) }},
	"from the future":         {want: oidc.ErrExpired, after: func(a *attempt) { a.clock.advance(-3 * time.Minute) }},
	"another issuer answers":  {want: oidc.ErrIssuer, after: func(a *attempt) { a.query.Set("iss", "https://evil.test") }},
	"the issuer is left out":  {want: oidc.ErrIssuer, after: func(a *attempt) { a.query.Del("iss") }},
	"begun at another issuer": {want: oidc.ErrIssuer, after: func(a *attempt) { a.pending.Issuer = "https://evil.test" }},
	"begun by another client": {want: oidc.ErrIssuer, after: func(a *attempt) { a.pending.ClientID = "x" }},
	"another browser's code":  {want: oidc.ErrExpired, after: func(a *attempt) { a.pending.Verifier = strings.Repeat("x", 43) }},
	"a guessed code":          {want: oidc.ErrExpired, after: func(a *attempt) { a.query.Set("code", "x") }},
	"a wrong secret":          {want: oidc.ErrConfiguration, before: func(a *attempt) { a.provider.ClientSecret = "guessed" }},

	"another nonce":   {want: oidc.ErrToken, before: claim("nonce", "x")},
	"no nonce":        {want: oidc.ErrToken, before: claim("nonce", nil)},
	"a foreign iss":   {want: oidc.ErrIssuer, before: claim("iss", "https://evil.test")},
	"a foreign aud":   {want: oidc.ErrToken, before: claim("aud", "another")},
	"no aud":          {want: oidc.ErrToken, before: claim("aud", nil)},
	"a foreign azp":   {want: oidc.ErrToken, before: claim("azp", "another")},
	"an odd azp":      {want: oidc.ErrToken, before: claim("azp", 1)},
	"two aud, no azp": {want: oidc.ErrToken, before: claim("aud", []string{clientID, "another"})},
	"expired":         {want: oidc.ErrToken, before: func(a *attempt) { claim("exp", a.clock.now().Unix()-121)(a) }},
	"no exp":          {want: oidc.ErrToken, before: claim("exp", nil)},
	"an old one":      {want: oidc.ErrToken, before: func(a *attempt) { claim("iat", a.clock.now().Unix()-121)(a) }},
	"of the future":   {want: oidc.ErrToken, before: func(a *attempt) { claim("iat", a.clock.now().Unix()+121)(a) }},
	"no iat":          {want: oidc.ErrToken, before: claim("iat", nil)},
	"no sub":          {want: oidc.ErrToken, before: claim("sub", nil)},
	"an empty sub":    {want: oidc.ErrToken, before: claim("sub", "")},
	"a long sub":      {want: oidc.ErrToken, before: claim("sub", strings.Repeat("x", 256))},
	"half a sub":      {want: oidc.ErrToken, before: claim("sub", "ada\u0000")},
	"a numeric sub":   {want: oidc.ErrToken, before: claim("sub", 7)},

	"max_age ignored": {want: oidc.ErrOld, before: func(a *attempt) {
		a.options.MaxAge = 15 * time.Minute
		claim("auth_time", a.clock.now().Add(-18*time.Minute).Unix())(a)
	}},
	"no auth_time":            {want: oidc.ErrOld, before: func(a *attempt) { a.options.MaxAge = time.Minute }},
	"auth_time of the future": {want: oidc.ErrToken, before: func(a *attempt) { claim("auth_time", a.clock.now().Add(time.Hour).Unix())(a) }},

	"alg none": {want: oidc.ErrToken, before: minted(func(a *attempt, claims map[string]any) string {
		text, _ := json.Marshal(claims)
		return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + base64.RawURLEncoding.EncodeToString(text) + "."
	})},
	"HS256 with the public key": {want: oidc.ErrToken, before: minted(func(a *attempt, claims map[string]any) string {
		public, _ := x509.MarshalPKIXPublicKey(newRSA().Public())
		return key{"one", jose.HS256, public}.sign(a.t, "JWT", claims)
	})},
	"HS256 with the secret": {want: oidc.ErrToken, before: minted(func(a *attempt, claims map[string]any) string {
		return key{"one", jose.HS256, []byte(strings.Repeat(secret, 3))}.sign(a.t, "JWT", claims)
	})},
	"a foreign key with the same id": {want: oidc.ErrToken, before: minted(func(a *attempt, claims map[string]any) string { return newEC(a.t, "one").sign(a.t, "JWT", claims) })},
	"a foreign key":                  {want: oidc.ErrToken, before: minted(func(a *attempt, claims map[string]any) string { return newEC(a.t, "x").sign(a.t, "JWT", claims) })},
	"changed claims": {want: oidc.ErrToken, before: minted(func(a *attempt, claims map[string]any) string {
		parts := strings.Split(a.keys[0].sign(a.t, "JWT", claims), ".")
		claims["sub"] = "admin"
		text, _ := json.Marshal(claims)
		return parts[0] + "." + base64.RawURLEncoding.EncodeToString(text) + "." + parts[2]
	})},
	"no token": {want: oidc.ErrToken, before: minted(func(*attempt, map[string]any) string { return "" })},
}

func claim(name string, value any) func(*attempt) {
	return func(a *attempt) { a.claims = map[string]any{name: value} }
}

func minted(f func(a *attempt, claims map[string]any) string) func(*attempt) {
	return func(a *attempt) { a.mint = func(claims map[string]any) string { return f(a, claims) } }
}

func TestAttacks(t *testing.T) {
	t.Parallel()
	for name, attack := range attacks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, "")
			a := &attempt{fake: f, provider: f.provider()}
			if attack.before != nil {
				attack.before(a)
			}
			c := f.client()
			authURL, pending, err := c.Begin(t.Context(), a.provider, redirectURI, a.options)
			check(t, err)
			a.pending, a.query = pending, f.authorize(authURL)
			code := a.query.Get("code")
			if attack.after != nil {
				attack.after(a)
			}
			id, err := c.Finish(t.Context(), a.provider, redirectURI, a.pending, a.query)
			if !errors.Is(err, attack.want) || id != nil {
				t.Fatalf("%+v, %v; want %v", id, err, attack.want)
			}
			for _, hidden := range []string{code, pending.State, pending.Nonce, pending.Verifier, secret, "guessed", "eyJ", "evil"} {
				if strings.Contains(err.Error(), hidden) {
					t.Errorf("the error shows %s: %v", hidden, err)
				}
			}
		})
	}
}

func TestCodeIsGoodForOneSignIn(t *testing.T) {
	t.Parallel()
	f := newFake(t, "")
	c := f.client()
	authURL, pending, err := c.Begin(t.Context(), f.provider(), redirectURI, oidc.Options{})
	check(t, err)
	query := f.authorize(authURL)
	_, err = c.Finish(t.Context(), f.provider(), redirectURI, pending, query)
	check(t, err)
	if _, err = c.Finish(t.Context(), f.provider(), redirectURI, pending, query); !errors.Is(err, oidc.ErrExpired) {
		t.Errorf("the second time: %v", err)
	}
	_, other, err := c.Begin(t.Context(), f.provider(), redirectURI, oidc.Options{})
	check(t, err)
	query = f.authorize(authURL)
	query.Set("state", other.State) // the code of one sign-in put into another
	if _, err = c.Finish(t.Context(), f.provider(), redirectURI, other, query); !errors.Is(err, oidc.ErrExpired) {
		t.Errorf("in another sign-in: %v", err)
	}
}

func TestAnswersOfProviders(t *testing.T) {
	t.Parallel()
	f := newFake(t, "")
	c := f.client()
	_, pending, err := c.Begin(t.Context(), f.provider(), redirectURI, oidc.Options{})
	check(t, err)
	for code, want := range map[string]error{
		"access_denied": oidc.ErrDenied, "login_required": oidc.ErrInteraction, "invalid_scope": oidc.ErrConfiguration,
		"temporarily_unavailable": oidc.ErrUnavailable, "<script>": oidc.ErrUnavailable,
	} {
		query := url.Values{"state": {pending.State}, "error": {code}, "error_description": {"AADSTS50105: <b>Ada</b> is not assigned"}, "iss": {f.issuer}}
		_, err := c.Finish(t.Context(), f.provider(), redirectURI, pending, query)
		if !errors.Is(err, want) || !strings.Contains(err.Error(), "AADSTS50105") || strings.ContainsAny(err.Error(), "<>") {
			t.Errorf("%s: %v", code, err)
		}
	}
}

// People of many tenants sign in with one client: the token's own tenant counts.
func TestEntra(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		configured string
		claims     map[string]any
		want       error
	}{
		"its tenant":               {configured: tenant},
		"any tenant":               {configured: "organizations"},
		"a mail address of others": {configured: tenant, claims: map[string]any{"email": "owner@victim.test", "preferred_username": "owner@victim.test"}},
		"tid of another":           {tenant, map[string]any{"tid": otherTenant}, oidc.ErrIssuer},
		"tid of another of many":   {"organizations", map[string]any{"tid": otherTenant}, oidc.ErrIssuer},
		"no tid":                   {tenant, map[string]any{"tid": nil}, oidc.ErrIssuer},
		"no tid of many":           {"common", map[string]any{"tid": nil}, oidc.ErrIssuer},
		"iss of another":           {tenant, map[string]any{"iss": otherTenant, "tid": otherTenant}, oidc.ErrIssuer},
		"iss without tenant":       {"organizations", map[string]any{"iss": "organizations", "tid": "organizations"}, oidc.ErrIssuer},
		"a placeholder":            {"organizations", map[string]any{"iss": "{tenantid}", "tid": "{tenantid}"}, oidc.ErrIssuer},
		"a personal account":       {"organizations", map[string]any{"iss": "9188040d-6c67-4c5b-b112-36a304b66dad", "tid": "9188040d-6c67-4c5b-b112-36a304b66dad"}, oidc.ErrIssuer},
		"no oid":                   {tenant, map[string]any{"oid": nil}, oidc.ErrToken},
		"an odd oid":               {tenant, map[string]any{"oid": "{" + person + "}"}, oidc.ErrToken},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, "/"+tc.configured+"/v2.0")
			p := f.provider()
			p.Preset = oidc.Entra
			f.metadata["authorization_response_iss_parameter_supported"] = false
			if tc.configured != tenant {
				f.metadata["issuer"] = f.URL + "/{tenantid}/v2.0"
			}
			f.claims = map[string]any{"tid": tenant, "oid": person, "iss": f.URL + "/" + tenant + "/v2.0"}
			for k, v := range tc.claims {
				if k == "iss" {
					v = f.URL + "/" + v.(string) + "/v2.0"
				}
				f.claims[k] = v
			}
			check(t, f.client().Check(p))
			authURL, pending, err := f.client().Begin(t.Context(), p, redirectURI, oidc.Options{})
			check(t, err)
			query := f.authorize(authURL)
			query.Del("iss")
			id, err := f.client().Finish(t.Context(), p, redirectURI, pending, query)
			if !errors.Is(err, tc.want) {
				t.Fatalf("%v, want %v", err, tc.want)
			}
			if err == nil && (id.Subject != person || id.Tenant != tenant || id.Issuer != f.URL+"/"+tenant+"/v2.0") {
				t.Errorf("%+v", id)
			}
		})
	}
}
