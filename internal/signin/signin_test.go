package signin_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/dbtest"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph"
	graphaccount "github.com/feddir/feddir/graph/account"
	"github.com/feddir/feddir/internal/auth"
	"github.com/feddir/feddir/internal/oidc"
	"github.com/feddir/feddir/internal/signin"
	"github.com/feddir/feddir/internal/token"
)

const site = "http://localhost:8080"

// world is an installation with the pages on it.
type world struct {
	db       *entdb.DB
	handler  *signin.Handler
	auth     *auth.Authenticator
	accounts graphaccount.Accounts
	mu       sync.Mutex
	late     time.Duration // by which the clock of the pages is late
}

func newWorld(t *testing.T, address string) *world {
	t.Helper()
	w := &world{db: dbtest.Open(t, address)}
	now := func() time.Time {
		w.mu.Lock()
		defer w.mu.Unlock()
		return time.Now().Add(w.late)
	}
	var err error
	if w.auth, err = auth.New(w.db, auth.Config{}); err != nil {
		t.Fatal(err)
	}
	r := graph.New(w.db, graph.Config{BaseURL: site, OnKeyChange: w.auth.Forget})
	w.accounts = r.Accounts()
	w.handler = signin.New(signin.Config{
		BaseURL: site, DB: w.db, Operations: r.Operations(), Accounts: r.Accounts(), Sessions: r.Sessions(), Auth: w.auth,
		OIDC: oidc.New(oidc.Config{Private: true, Now: now}), Sealer: token.New(nil), Log: zerolog.New(zerolog.NewTestWriter(t)), Now: now,
	})
	return w
}

// each runs f on every database.
func each(t *testing.T, f func(t *testing.T, w *world)) {
	dbtest.Each(t, func(t *testing.T, address string) { f(t, newWorld(t, address)) })
}

// browser keeps cookies as browsers do, also those that need HTTPS: the pages are
// those of this machine.
type browser struct {
	w       *world
	cookies map[string]*http.Cookie
}

func (w *world) browser() *browser { return &browser{w, make(map[string]*http.Cookie)} }

func (b *browser) do(t *testing.T, method, path, body string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, site+path, strings.NewReader(body))
	r.Header.Set("Origin", site)
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	for _, c := range b.cookies {
		r.AddCookie(c)
	}
	rec := httptest.NewRecorder()
	b.w.handler.ServeHTTP(rec, r)
	for _, c := range rec.Result().Cookies() {
		if b.cookies[c.Name] = c; c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return rec.Result()
}

func (b *browser) get(t *testing.T, path string) *http.Response {
	return b.do(t, http.MethodGet, path, "")
}

func (b *browser) post(t *testing.T, path string, form url.Values) *http.Response {
	return b.do(t, http.MethodPost, path, form.Encode())
}

func text(t *testing.T, r *http.Response) string {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// viewer is who the browser's session is; the zero viewer for nobody.
func (b *browser) viewer(t *testing.T) viewer.Viewer {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, site, nil)
	for _, c := range b.cookies {
		r.AddCookie(c)
	}
	v, _, err := b.w.auth.Session(r)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (w *world) write(t *testing.T, f func(context.Context, *ent.Client) error) {
	t.Helper()
	if err := w.db.InTx(viewer.WithOperator(t.Context()), func(ctx context.Context) error { return f(ctx, w.db.Client(ctx)) }); err != nil {
		t.Fatal(err)
	}
}

// company makes a company with an account of a role.
func (w *world) company(t *testing.T, shortName string, role viewer.Role) (company, account uuid.UUID) {
	t.Helper()
	w.write(t, func(ctx context.Context, c *ent.Client) error {
		made, err := c.Company.Create().SetShortName(shortName).SetShortNameKey(schematype.Fold(shortName)).SetName(shortName + " Ltd").Save(ctx)
		if err != nil {
			return err
		}
		a, err := c.Account.Create().SetCompanyID(made.ID).SetName("Ada").SetNameKey("ada").SetRole(role).Save(ctx)
		company, account = made.ID, a.ID
		return err
	})
	return company, account
}

// link makes a one-time link of an account, and returns its path.
func (w *world) link(t *testing.T, company, account uuid.UUID, lasts time.Duration) string {
	t.Helper()
	secret := auth.NewSecret(auth.SignInLink)
	w.write(t, func(ctx context.Context, c *ent.Client) error {
		return c.SignInLink.Create().SetCompanyID(company).SetAccountID(account).SetDigest(secret.Digest(nil)).SetExpiresAt(schematype.Now().Add(lasts)).Exec(ctx)
	})
	return "/link/" + secret.Reveal()
}

func setupPath(t *testing.T, w *world) string {
	t.Helper()
	link, _, err := w.handler.SetupLink(t.Context())
	if err != nil || link == "" {
		t.Fatal(link, err)
	}
	return strings.TrimPrefix(link, site)
}

var harbor = url.Values{"company": {"Harbor Logistics"}, "shortName": {"harbor"}, "name": {"Mira"}, "mail": {"mira@harbor.example"}}

func TestSetUp(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		path, other := setupPath(t, w), setupPath(t, w)
		b := w.browser()
		if page := b.get(t, path); page.StatusCode != 200 || !strings.Contains(text(t, page), "Set up your company") {
			t.Fatalf("%d", page.StatusCode)
		}
		for field, wrong := range map[string]string{"shortName": "a b", "company": "", "name": "", "mail": "no address"} {
			form := url.Values{}
			for k, v := range harbor {
				form[k] = v
			}
			form.Set(field, wrong)
			if page := b.post(t, path, form); page.StatusCode != 422 || !strings.Contains(text(t, page), "Nothing was created.") {
				t.Errorf("%s: %d", field, page.StatusCode)
			}
		}
		if answer := b.post(t, path, harbor); answer.StatusCode != 303 || answer.Header.Get("Location") != "/signin/passkey" {
			t.Fatalf("%d %s", answer.StatusCode, text(t, answer))
		}
		if v := b.viewer(t); v.Kind != viewer.Account || !v.May(viewer.ScopeOwners) {
			t.Errorf("%+v", v)
		}
		for _, p := range []string{path, other, "/setup/" + auth.NewSecret(auth.SetupLink).Reveal(), "/setup/x"} {
			if page := w.browser().post(t, p, harbor); page.StatusCode != 404 || !strings.Contains(text(t, page), "This link is over") {
				t.Errorf("%.20s: %d after the first owner", p, page.StatusCode)
			}
		}
		if link, _, err := w.handler.SetupLink(t.Context()); link != "" || err != nil {
			t.Errorf("another link after the first owner: %v", err)
		}
	})
}

// Of two set-ups at the same time one is done, and the other finds its link over.
func TestTwoSetUpsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		path, other := setupPath(t, w), setupPath(t, w)
		codes := make(chan int)
		for i, p := range []string{path, path, other} {
			go func() {
				form := url.Values{"company": {"Harbor"}, "shortName": {"harbor" + string(rune('a'+i))}, "name": {"Mira"}}
				codes <- w.browser().post(t, p, form).StatusCode
			}()
		}
		got := map[int]int{}
		for range 3 {
			got[<-codes]++
		}
		if got[303] != 1 || got[404] != 2 {
			t.Error(got)
		}
	})
}

func TestSetupLinkEnds(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		path := setupPath(t, w)
		w.late = 31 * time.Minute
		if page := w.browser().post(t, path, harbor); page.StatusCode != 404 {
			t.Error(page.StatusCode)
		}
	})
}

// Names that nobody has and names of companies without an identity provider are
// answered with the same page.
func TestUnknownCompaniesAnswerAlike(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.company(t, "harbor", viewer.Owner)
		known, unknown := w.browser().get(t, "/of/harbor"), w.browser().get(t, "/of/nobody")
		a, b := text(t, known), text(t, unknown)
		if known.StatusCode != unknown.StatusCode || strings.ReplaceAll(a, "harbor", "nobody") != b {
			t.Errorf("%d, %d", known.StatusCode, unknown.StatusCode)
		}
	})
}

func TestLinkSignsInOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		company, account := w.company(t, "harbor", viewer.Admin)
		path, b := w.link(t, company, account, time.Minute), w.browser()
		if page := b.get(t, path); page.StatusCode != 200 || b.viewer(t).Kind != "" {
			t.Error("to look at a link signs in")
		}
		codes := make(chan int)
		for _, who := range []*browser{b, w.browser()} {
			go func() { codes <- who.post(t, path, url.Values{}).StatusCode }()
		}
		if one, two := <-codes, <-codes; one+two != 303+404 {
			t.Errorf("used twice at once: %d, %d", one, two)
		}
		for name, p := range map[string]string{
			"used": path, "ended": w.link(t, company, account, -time.Minute), "unknown": "/link/" + auth.NewSecret(auth.SignInLink).Reveal(),
			"another kind": "/link/" + auth.NewSecret(auth.Session).Reveal(), "nonsense": "/link/%00",
		} {
			if answer := w.browser().post(t, p, url.Values{}); answer.StatusCode != 404 && name != "nonsense" || answer.StatusCode < 400 {
				t.Errorf("%s: %d", name, answer.StatusCode)
			}
		}
	})
}

// A session id that was there before somebody signed in is never signed in.
func TestSignInMakesANewSession(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		company, account := w.company(t, "harbor", viewer.Admin)
		b := w.browser()
		b.post(t, w.link(t, company, account, time.Minute), url.Values{})
		before, first := b.cookies[auth.SessionCookie], b.viewer(t)
		b.post(t, w.link(t, company, account, time.Minute), url.Values{})
		if second := b.viewer(t); second.SessionID == first.SessionID || second.AccountID != account {
			t.Error("the same session goes on")
		}
		old := &browser{w, map[string]*http.Cookie{auth.SessionCookie: before}}
		if v := old.viewer(t); v.Kind != "" {
			t.Error("the session before goes on")
		}
		b.post(t, "/signout", url.Values{})
		if v := b.viewer(t); v.Kind != "" || b.cookies[auth.SessionCookie] != nil {
			t.Error("signing out leaves the session")
		}
	})
}

func TestFormsOfOtherPagesAreRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		company, account := w.company(t, "harbor", viewer.Admin)
		b := w.browser()
		b.post(t, w.link(t, company, account, time.Minute), url.Values{})
		for name, header := range map[string][]string{
			"another origin": {"Origin", "https://evil.example"}, "another site": {"Sec-Fetch-Site", "cross-site"}, "null": {"Origin", "null"},
		} {
			if answer := b.do(t, http.MethodPost, "/signout", "", header...); answer.StatusCode != 403 || b.viewer(t).Kind == "" {
				t.Errorf("%s: %d", name, answer.StatusCode)
			}
		}
	})
}

func TestPagesLeadNowhereElse(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for back, want := range map[string]string{
			"/console/people?q=a": "/of/harbor?return=%2Fconsole%2Fpeople%3Fq%3Da", "https://evil.example": "/of/harbor", "//evil.example/console/": "/of/harbor",
			`/\evil.example`: "/of/harbor", "javascript:alert(1)": "/of/harbor", "/v2/Users": "/of/harbor", "/console/../signout": "/of/harbor",
			"https:/console/": "/of/harbor", "/console/\r\nX: y": "/of/harbor",
		} {
			answer := w.browser().post(t, "/of", url.Values{"company": {"harbor"}, "return": {back}})
			if got := answer.Header.Get("Location"); answer.StatusCode != 303 || got != want {
				t.Errorf("%q leads to %q", back, got)
			}
		}
	})
}

func TestTooManyAttempts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var code int
		for range 100 {
			if code = w.browser().post(t, "/link/"+auth.NewSecret(auth.SignInLink).Reveal(), url.Values{}).StatusCode; code == 429 {
				return
			}
		}
		t.Error(code)
	})
}

// Every page is complete without JavaScript, loads nothing of other origins, and has
// the headers that keep it.
func TestPagesAreComplete(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, path := range []string{"/of", "/of/harbor", setupPath(t, w), "/link/x", "/signout", "/signin/nothing", "/invitation/x"} {
			answer := w.browser().get(t, path)
			page, policy := text(t, answer), answer.Header.Get("Content-Security-Policy")
			if !strings.Contains(page, "</html>") || strings.Contains(page, "https://") || strings.Contains(page, " style=") || strings.Contains(page, "onclick") {
				t.Errorf("%s: %s", path, page)
			}
			if strings.Contains(policy, "unsafe") || !strings.Contains(policy, "frame-ancestors 'none'") || answer.Header.Get("Referrer-Policy") != "no-referrer" {
				t.Errorf("%s: %s", path, policy)
			}
		}
	})
}
