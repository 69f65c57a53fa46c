package auth_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/account"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/session"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/internal/auth"
)

// signedIn is an account with a session.
type signedIn struct {
	account, session uuid.UUID
	text             string // of its cookie
}

func (x *fixture) signIn(t testing.TB, role viewer.Role, change func(*ent.AccountCreate)) signedIn {
	t.Helper()
	secret, now := auth.NewSecret(auth.Session), x.clock.Now()
	s := signedIn{text: secret.Reveal()}
	x.write(t, func(ctx context.Context, c *ent.Client) error {
		create := c.Account.Create().SetCompanyID(x.directory.CompanyID).SetName("Ada").SetNameKey("ada").SetRole(role)
		if change != nil {
			change(create)
		}
		a, err := create.Save(ctx)
		if err != nil {
			return err
		}
		row, err := c.Session.Create().SetCompanyID(a.CompanyID).SetAccountID(a.ID).SetDigest(secret.Digest(nil)).
			SetMethod(session.MethodPASSKEY).SetAuthenticatedAt(now).SetCreatedAt(now).SetLastUsedAt(now).SetExpiresAt(now.Add(auth.SessionLifetime)).Save(ctx)
		s.account, s.session = a.ID, row.ID
		return err
	})
	return s
}

// withCookie is a POST of the console's own pages, unless headers say otherwise.
func withCookie(t testing.TB, method, text string, header ...string) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, "http://directory.test/graphql", nil)
	r.Header.Set("Origin", "http://directory.test")
	r.AddCookie(&http.Cookie{Name: auth.SessionCookie, Value: text})
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return r
}

func TestSessionIsAViewer(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		s := x.serve(t, auth.Config{})
		ada := x.signIn(t, viewer.Admin, nil)
		if code := s.do(withCookie(t, http.MethodPost, ada.text)).Code; code != http.StatusOK {
			t.Fatalf("status %d", code)
		}
		v := s.reached
		if v.Kind != viewer.Account || v.AccountID != ada.account || v.SessionID != ada.session || v.CompanyID != x.directory.CompanyID ||
			v.KeyID != uuid.Nil || v.Source != viewer.SourceAPI || v.Address == "" || !v.May(viewer.ScopeAccounts) || v.May(viewer.ScopeOwners) {
			t.Errorf("%+v", v)
		}
		partial := x.signIn(t, viewer.Admin, func(c *ent.AccountCreate) { c.SetDirectoryIds([]uuid.UUID{x.directory.ID}) })
		s.do(withCookie(t, http.MethodPost, partial.text))
		if v := s.reached; len(v.Directories) != 1 || v.Directories[0] != x.directory.ID || v.May(viewer.ScopeAccounts) || !v.May(viewer.ScopeKeys) {
			t.Errorf("of one directory: %+v", v)
		}
	})
}

// Browsers send the cookie whoever's page asks them to.
func TestCookieCountsForOwnPagesAlone(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		s := x.serve(t, auth.Config{})
		ada := x.signIn(t, viewer.Owner, nil)
		socket := []string{"Upgrade", "websocket"}
		for name, c := range map[string]struct {
			method  string
			header  []string
			account bool // the handler sees the account
			code    int
		}{
			"own page":                            {"POST", nil, true, 200},
			"no browser":                          {"POST", []string{"Origin", ""}, true, 200},
			"own page, as browsers say":           {"POST", []string{"Sec-Fetch-Site", "same-origin"}, true, 200},
			"another origin":                      {"POST", []string{"Origin", "https://evil.example"}, false, 401},
			"another site, as browsers say":       {"POST", []string{"Sec-Fetch-Site", "cross-site"}, false, 401},
			"a sibling host":                      {"POST", []string{"Sec-Fetch-Site", "same-site", "Origin", "http://www.directory.test"}, false, 401},
			"GET":                                 {"GET", nil, false, 401},
			"event stream by GET":                 {"GET", []string{"Accept", "text/event-stream"}, false, 401},
			"WebSocket":                           {"GET", socket, true, 200},
			"WebSocket of no page":                {"GET", append([]string{"Origin", ""}, socket...), false, 200},
			"WebSocket of another origin's page":  {"GET", append([]string{"Origin", "https://evil.example"}, socket...), false, 403},
			"WebSocket of a page of another port": {"GET", append([]string{"Origin", "http://directory.test:81"}, socket...), false, 403},
		} {
			w := s.do(withCookie(t, c.method, ada.text, c.header...))
			if seen := s.reached != nil && s.reached.Kind == viewer.Account; seen != c.account || w.Code != c.code {
				t.Errorf("%s: status %d, account %t: %s", name, w.Code, seen, w.Body)
			}
			if w.Header().Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s: another origin may read the answer", name)
			}
		}
		both := withCookie(t, http.MethodPost, ada.text)
		both.AddCookie(&http.Cookie{Name: auth.SessionCookie, Value: x.signIn(t, viewer.Owner, nil).text})
		if code := s.do(both).Code; code != 401 {
			t.Errorf("two cookies: %d", code)
		}
		scim := withCookie(t, http.MethodPost, ada.text)
		scim.URL.Path = "/v2/Users"
		if code := s.do(scim).Code; code != 401 {
			t.Errorf("SCIM: %d", code)
		}
		if code := s.get(t, "/graphql", ada.text); code != 401 {
			t.Errorf("as a bearer token: %d", code)
		}
	})
}

// A session ends with its time, its account, and the user that the account is.
func TestSessionEnds(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		s := x.serve(t, auth.Config{})
		opens := func(in signedIn) bool {
			x.clock.advance(time.Second)
			return s.do(withCookie(t, http.MethodPost, in.text)).Code == http.StatusOK
		}
		ada := schematype.NewID(schematype.TypeUser)
		x.write(t, func(ctx context.Context, c *ent.Client) error {
			return c.User.Create().SetID(ada).SetCompanyID(x.directory.CompanyID).SetDirectoryID(x.directory.ID).SetSource(viewer.SourceSCIM).
				SetUserName("ada").SetUserNameKey("ada").SetSortName("ada").Exec(ctx)
		})
		linked := x.signIn(t, viewer.Reader, func(c *ent.AccountCreate) { c.SetLinkedDirectoryID(x.directory.ID).SetLinkedUserID(ada) })
		plain := x.signIn(t, viewer.Admin, nil)
		if !opens(linked) || !opens(plain) {
			t.Fatal("a new session opens nothing")
		}
		active := func(is bool) {
			x.write(t, func(ctx context.Context, c *ent.Client) error { return c.User.Update().SetActive(is).Exec(ctx) })
		}
		if active(false); opens(linked) || !opens(plain) {
			t.Error("the session of a disabled user goes on, or that of another account does not")
		}
		if active(true); !opens(linked) {
			t.Error("the user is active again")
		}
		x.write(t, func(ctx context.Context, c *ent.Client) error {
			return c.Directory.Update().SetState(directory.StateDELETING).Exec(ctx)
		})
		if opens(linked) || !opens(plain) {
			t.Error("the session of a user of a deleted directory goes on")
		}
		x.write(t, func(ctx context.Context, c *ent.Client) error {
			if err := c.Directory.Update().SetState(directory.StateACTIVE).Exec(ctx); err != nil {
				return err
			}
			_, err := c.User.Delete().Exec(ctx)
			return err
		})
		if opens(linked) || !opens(plain) {
			t.Error("the session of a deleted user goes on")
		}
		x.write(t, func(ctx context.Context, c *ent.Client) error {
			return c.Account.Update().Where(account.ID(plain.account)).SetState(account.StateDISABLED).Exec(ctx)
		})
		if opens(plain) {
			t.Error("the session of a disabled account goes on")
		}
		idle, used := x.signIn(t, viewer.Admin, nil), x.signIn(t, viewer.Admin, nil)
		for range 4 * 24 {
			x.clock.advance(2 * time.Hour)
			if !opens(used) {
				break
			}
			for _, j := range s.Jobs() {
				if _, err := j.Run(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
		if opens(idle) {
			t.Error("an idle session goes on")
		}
		if opens(used) {
			t.Error("a session goes on beyond its lifetime")
		}
		var made time.Time
		x.write(t, func(ctx context.Context, c *ent.Client) error {
			row, err := c.Session.Query().Where(session.ID(used.session)).Only(ctx)
			made = row.LastUsedAt
			return err
		})
		if made.Sub(x.clock.Now().Add(-auth.SessionLifetime)) < auth.SessionLifetime/2 {
			t.Errorf("its last use is not written: %v", made)
		}
	})
}

// A stream is cut off soon after its session has ended, on every replica.
func TestStreamOfASessionIsCheckedAgain(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		s, other := x.serve(t, auth.Config{}), x.serve(t, auth.Config{})
		ada := x.signIn(t, viewer.Owner, nil)
		s.do(withCookie(t, http.MethodGet, ada.text, "Upgrade", "websocket"))
		if ok, err := auth.Valid(s.context); !ok || err != nil {
			t.Fatal(ok, err)
		}
		x.write(t, func(ctx context.Context, c *ent.Client) error {
			_, err := c.Session.Delete().Exec(ctx)
			return err
		})
		x.clock.advance(time.Second)
		if ok, err := auth.Valid(s.context); ok || err != nil {
			t.Error(ok, err)
		}
		if w := other.do(withCookie(t, http.MethodPost, ada.text)); w.Code != 401 || !strings.Contains(w.Body.String(), "sign in again") {
			t.Error(w.Code, w.Body)
		}
	})
}

func TestCookieHasAllThatKeepsIt(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	auth.SetSession(w, auth.NewSecret(auth.Session))
	auth.ClearSession(w)
	for _, c := range w.Result().Cookies() {
		if c.Name != auth.SessionCookie || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
			t.Errorf("%v", c)
		}
	}
}
