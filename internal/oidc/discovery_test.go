package oidc_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/feddir/feddir/internal/oidc"
)

func (f *fake) say(instead http.HandlerFunc) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.instead = instead
}

func TestMetadataThatIsRefused(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		want   error
		change func(f *fake)
	}{
		"huge":     {oidc.ErrUnavailable, func(f *fake) { f.metadata["x"] = strings.Repeat("x", 300<<10) }},
		"nonsense": {oidc.ErrUnavailable, func(f *fake) { f.say(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("[]")) }) }},
		"null":     {oidc.ErrUnavailable, func(f *fake) { f.say(func(w http.ResponseWriter, _ *http.Request) { write(w, 200, nil) }) }},
		"an error": {oidc.ErrUnavailable, func(f *fake) { f.say(func(w http.ResponseWriter, _ *http.Request) { write(w, 500, f.metadata) }) }},
		"elsewhere": {oidc.ErrUnavailable, func(f *fake) {
			f.say(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/keys", http.StatusFound) })
		}},
		"another's":     {oidc.ErrIssuer, func(f *fake) { f.metadata["issuer"] = "https://accounts.google.com" }},
		"a slash more":  {oidc.ErrIssuer, func(f *fake) { f.metadata["issuer"] = f.issuer + "/" }},
		"no keys":       {oidc.ErrUnavailable, func(f *fake) { f.metadata["jwks_uri"] = "" }},
		"plain http":    {oidc.ErrUnavailable, func(f *fake) { f.metadata["token_endpoint"] = "http://10.0.0.1/token" }},
		"a script":      {oidc.ErrUnavailable, func(f *fake) { f.metadata["authorization_endpoint"] = "javascript:alert(1)" }},
		"a placeholder": {oidc.ErrIssuer, func(f *fake) { f.metadata["issuer"] = f.URL + "/{tenantid}/v2.0" }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, "")
			tc.change(f)
			if _, err := f.signIn(f.client(), f.provider(), oidc.Options{}); !errors.Is(err, tc.want) {
				t.Errorf("%v, want %v", err, tc.want)
			}
		})
	}
}

// A provider that does not answer holds nobody for long, and not each one anew.
func TestSlowProvider(t *testing.T) {
	t.Parallel()
	f := newFake(t, "")
	release := make(chan struct{})
	f.say(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	t.Cleanup(func() { close(release) })
	c := f.client().Impatient()
	began := time.Now()
	var all sync.WaitGroup
	for range 5 {
		all.Go(func() {
			if _, _, err := c.Begin(t.Context(), f.provider(), redirectURI, oidc.Options{}); !errors.Is(err, oidc.ErrUnavailable) || !strings.Contains(err.Error(), "in time") {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if took := time.Since(began); took > 4*time.Second || f.discovered.Load() != 1 {
		t.Errorf("took %s in %d requests", took, f.discovered.Load())
	}
	if _, _, err := c.Begin(t.Context(), f.provider(), redirectURI, oidc.Options{}); !errors.Is(err, oidc.ErrUnavailable) || f.discovered.Load() != 1 {
		t.Errorf("%v in %d requests", err, f.discovered.Load())
	}
}

func TestMetadataIsCached(t *testing.T) {
	t.Parallel()
	f := newFake(t, "")
	c := f.client()
	begin := func(requests int32, want error) {
		t.Helper()
		if _, _, err := c.Begin(t.Context(), f.provider(), redirectURI, oidc.Options{}); !errors.Is(err, want) || f.discovered.Load() != requests {
			t.Errorf("%v in %d requests, want %v in %d", err, f.discovered.Load(), want, requests)
		}
	}
	down := func(w http.ResponseWriter, _ *http.Request) { write(w, 503, nil) }
	f.say(down)
	begin(1, oidc.ErrUnavailable)
	begin(1, oidc.ErrUnavailable)
	f.say(nil)
	f.clock.advance(11 * time.Second)
	begin(2, nil)
	begin(2, nil)
	f.clock.advance(61 * time.Minute)
	f.say(down)
	begin(3, nil) // what was known counts on
	begin(3, nil)
	f.clock.advance(24 * time.Hour)
	begin(4, oidc.ErrUnavailable)
	f.say(nil)
	f.clock.advance(time.Minute)
	begin(5, nil)
}

func TestKeysRotate(t *testing.T) {
	t.Parallel()
	f := newFake(t, "")
	c := f.client()
	_, err := f.signIn(c, f.provider(), oidc.Options{})
	check(t, err)
	f.keys = []key{newEC(t, "two")}
	f.clock.advance(time.Minute)
	_, err = f.signIn(c, f.provider(), oidc.Options{})
	check(t, err)
	for range 20 { // tokens of unknown keys make it ask no more often
		f.keys = []key{newEC(t, "three")}
		_, _ = f.signIn(c, f.provider(), oidc.Options{})
	}
	if n := f.fetched.Load(); n != 2 {
		t.Errorf("the keys were fetched %d times", n)
	}
	f.keys = nil
	f.mint = func(claims map[string]any) string { return newEC(t, "four").sign(t, "JWT", claims) }
	f.clock.advance(2 * time.Hour)
	if _, err = f.signIn(c, f.provider(), oidc.Options{}); !errors.Is(err, oidc.ErrUnavailable) {
		t.Errorf("without keys: %v", err)
	}
}

// Who configures a provider must not reach the server's own network with it.
func TestPrivateNetworksAreNotAsked(t *testing.T) {
	t.Parallel()
	own := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the server's own network was asked") }))
	t.Cleanup(own.Close)
	p := oidc.Provider{Preset: oidc.Generic, Issuer: own.URL, ClientID: clientID}
	if _, _, err := oidc.New(oidc.Config{}).Begin(t.Context(), p, redirectURI, oidc.Options{}); !errors.Is(err, oidc.ErrUnavailable) || !strings.Contains(err.Error(), "not on the public internet") {
		t.Error(err)
	}
	p.Issuer = strings.Replace(own.URL, "https", "http", 1)
	if _, _, err := oidc.New(oidc.Config{}).Begin(t.Context(), p, redirectURI, oidc.Options{}); !errors.Is(err, oidc.ErrConfiguration) {
		t.Error(err)
	}
}

func TestCheckProvider(t *testing.T) {
	t.Parallel()
	entra := oidc.EntraIssuer(tenant)
	for name, tc := range map[string]struct {
		field string
		p     oidc.Provider
	}{
		"entra":             {"", oidc.Provider{Preset: oidc.Entra, Issuer: entra, ClientID: clientID}},
		"entra of all":      {"", oidc.Provider{Preset: oidc.Entra, Issuer: oidc.EntraIssuer("organizations"), ClientID: clientID}},
		"google":            {"", oidc.Provider{Preset: oidc.Google, ClientID: clientID, ClientSecret: secret, Scopes: []string{"groups"}}},
		"okta":              {"", oidc.Provider{Preset: oidc.Okta, Issuer: "https://harbor.okta.com/oauth2/default", ClientID: clientID}},
		"a subject":         {"", oidc.Provider{Preset: oidc.Generic, Issuer: "https://id.test/", ClientID: clientID, SubjectClaim: "oid"}},
		"no tenant":         {"Issuer", oidc.Provider{Preset: oidc.Entra, Issuer: "https://login.microsoftonline.com/v2.0", ClientID: clientID}},
		"consumers":         {"Issuer", oidc.Provider{Preset: oidc.Entra, Issuer: oidc.EntraIssuer("consumers"), ClientID: clientID}},
		"a domain":          {"Issuer", oidc.Provider{Preset: oidc.Entra, Issuer: oidc.EntraIssuer("harbor.test"), ClientID: clientID}},
		"another host":      {"Issuer", oidc.Provider{Preset: oidc.Entra, Issuer: "https://login.microsoftonline.com.evil.test/" + tenant + "/v2.0", ClientID: clientID}},
		"entra as generic":  {"Issuer", oidc.Provider{Preset: oidc.Generic, Issuer: entra, ClientID: clientID}},
		"google elsewhere":  {"Issuer", oidc.Provider{Preset: oidc.Google, Issuer: "https://accounts.google.com/", ClientID: clientID}},
		"http":              {"Issuer", oidc.Provider{Preset: oidc.Generic, Issuer: "http://127.0.0.1/", ClientID: clientID}},
		"a query":           {"Issuer", oidc.Provider{Preset: oidc.Generic, Issuer: "https://id.test/?a", ClientID: clientID}},
		"nothing":           {"Issuer", oidc.Provider{Preset: oidc.Okta, ClientID: clientID}},
		"no kind":           {"Issuer", oidc.Provider{Issuer: "https://id.test", ClientID: clientID}},
		"no client id":      {"ClientID", oidc.Provider{Preset: oidc.Generic, Issuer: "https://id.test"}},
		"a broken id":       {"ClientID", oidc.Provider{Preset: oidc.Generic, Issuer: "https://id.test", ClientID: "a\nb"}},
		"a broken secret":   {"ClientSecret", oidc.Provider{Preset: oidc.Generic, Issuer: "https://id.test", ClientID: "a", ClientSecret: "a b"}},
		"mail as identity":  {"SubjectClaim", oidc.Provider{Preset: oidc.Generic, Issuer: "https://id.test", ClientID: "a", SubjectClaim: "email"}},
		"two scopes in one": {"Scopes", oidc.Provider{Preset: oidc.Generic, Issuer: "https://id.test", ClientID: "a", Scopes: []string{"a b"}}},
	} {
		err := oidc.New(oidc.Config{}).Check(tc.p)
		if invalid, _ := errors.AsType[*oidc.InvalidError](err); (err == nil) != (tc.field == "") || err != nil && (invalid == nil || invalid.Field != tc.field) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRules(t *testing.T) {
	t.Parallel()
	rules := []oidc.Rule{
		{"groups", "crew", "READER"}, {"groups", "captains", "ADMIN"}, {"https://harbor.test/role", "owner", "OWNER"}, {"external", "false", "AUDITOR"},
		{"email", "eve@evil.test", "OWNER"}, {"", "", "OWNER"}, {"groups", "", "OWNER"},
	}
	roles := []string{"OWNER", "ADMIN", "AUDITOR", "READER"}
	for want, claims := range map[string]map[string]any{
		"READER":  {"groups": []any{"x", "crew"}},
		"ADMIN":   {"groups": []any{"crew", "captains"}},
		"OWNER":   {"groups": []any{"crew"}, "https://harbor.test/role": "owner"},
		"AUDITOR": {"external": false},
		"":        {"groups": "crew captains", "email": "eve@evil.test", "external": nil, "https://harbor.test/role": map[string]any{"owner": true}, "": ""},
	} {
		if got := oidc.HighestRole(rules, claims, roles); got != want {
			t.Errorf("%v: %q, want %q", claims, got, want)
		}
	}
	for i, r := range rules {
		if err := r.Check(); (err == nil) != (i < 4) {
			t.Errorf("%v: %v", r, err)
		}
	}
}
