package auth_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/dbtest"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/internal/auth"
)

// clock is a clock that tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// fixture is a company with a directory and a key of each kind.
type fixture struct {
	db            *entdb.DB
	close         func() error
	clock         *clock
	directory     *ent.Directory
	directoryKey  *ent.Key
	apiKey        *ent.Key
	directoryText string
	apiText       string
}

// each runs f on every database.
func each(t *testing.T, f func(t *testing.T, x *fixture)) {
	dbtest.Each(t, func(t *testing.T, url string) { f(t, newFixture(t, url)) })
}

func newFixture(t testing.TB, url string) *fixture {
	t.Helper()
	db, err := entdb.OpenCurrent(t.Context(), dbtest.Patient(url))
	check(t, err)
	x := &fixture{db: db, clock: newClock(), close: sync.OnceValue(db.Close)}
	t.Cleanup(func() { check(t, x.close()) })
	x.write(t, func(ctx context.Context, c *ent.Client) error {
		company, err := c.Company.Create().SetShortName("Harbor").SetShortNameKey("harbor").SetName("Harbor").Save(ctx)
		if err != nil {
			return err
		}
		x.directory, err = c.Directory.Create().SetCompanyID(company.ID).SetName("Staff").Save(ctx)
		return err
	})
	x.directoryKey, x.directoryText = x.addKey(t, key.KindDIRECTORY)
	x.apiKey, x.apiText = x.addKey(t, key.KindAPI)
	return x
}

func (x *fixture) write(t testing.TB, f func(context.Context, *ent.Client) error) {
	t.Helper()
	check(t, x.db.InTx(viewer.WithOperator(t.Context()), func(ctx context.Context) error {
		return f(ctx, x.db.Client(ctx))
	}))
}

func (x *fixture) addKey(t testing.TB, kind key.Kind) (k *ent.Key, text string) {
	t.Helper()
	secret := auth.NewSecret(kind)
	x.write(t, func(ctx context.Context, c *ent.Client) (err error) {
		create := c.Key.Create().SetCompanyID(x.directory.CompanyID).SetKind(kind).SetName("test").
			SetDigest(secret.Digest(nil)).SetPrefix(secret.Prefix())
		if kind == key.KindDIRECTORY {
			create.SetDirectoryID(x.directory.ID)
		} else {
			create.SetScopes([]viewer.Scope{viewer.ScopeRead})
		}
		k, err = create.Save(ctx)
		return err
	})
	return k, secret.Reveal()
}

func (x *fixture) changeKey(t testing.TB, k *ent.Key, change func(*ent.KeyUpdateOne)) {
	t.Helper()
	x.write(t, func(ctx context.Context, c *ent.Client) error {
		update := c.Key.UpdateOneID(k.ID)
		change(update)
		return update.Exec(ctx)
	})
}

// server is an Authenticator around a handler that remembers who reached it.
type server struct {
	*auth.Authenticator
	handler http.Handler
	reached *viewer.Viewer
	refused []string        // of requests whose key is known: its id and what is wrong
	context context.Context // of the request that reached the handler last
}

// streams tells the requests of the tests that are answered for long.
func streams(r *http.Request) bool {
	return r.Header.Get("Upgrade") != "" || r.Header.Get("Accept") != ""
}

func (x *fixture) serve(t testing.TB, cfg auth.Config) *server {
	t.Helper()
	if cfg.Now == nil {
		cfg.Now = x.clock.Now
	}
	a, err := auth.New(x.db, cfg)
	check(t, err)
	s := &server{Authenticator: a}
	refuse := func(w http.ResponseWriter, _ *http.Request, status int, wrong string) {
		http.Error(w, "refused: "+wrong, status)
	}
	s.handler = a.Wrap(auth.Routes{
		Surfaces: []auth.Surface{
			{Path: "/v2", Kind: key.KindDIRECTORY, Source: viewer.SourceSCIM, Refuse: refuse, Refused: func(_ *http.Request, v viewer.Viewer, wrong string) {
				s.refused = append(s.refused, v.KeyID.String()+" "+wrong)
			}},
			{Path: "/graphql", Kind: key.KindAPI, Source: viewer.SourceAPI, CrossOrigin: true, Stream: streams, Refuse: refuse},
		},
		Public:      []string{"/livez", "/playground"},
		PublicTrees: []string{"/playground/"},
	}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v, _ := viewer.FromContext(r.Context())
		s.reached, s.context = &v, r.Context()
	}))
	return s
}

// get makes a request with the token, and tells the status.
func (s *server) get(t testing.TB, path, token string) int {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	r.Header.Set("Authorization", "Bearer "+token)
	return s.do(r).Code
}

func (s *server) do(r *http.Request) *httptest.ResponseRecorder {
	s.reached = nil
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
