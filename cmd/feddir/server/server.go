package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"github.com/feddir/feddir/cmd/feddir/selftest"
	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/limits"
	"github.com/feddir/feddir/internal/auth"
	"github.com/feddir/feddir/internal/auth/oauth"
	"github.com/feddir/feddir/internal/jobs"
	"github.com/feddir/feddir/internal/oidc"
	"github.com/feddir/feddir/internal/ratelimit"
	"github.com/feddir/feddir/internal/records"
	"github.com/feddir/feddir/internal/signin"
	"github.com/feddir/feddir/internal/token"
)

// GCPercent is the default GOGC of a server. Most memory of a request is garbage
// once it is answered: collecting a third as often saves about a tenth of the
// processor time, for up to three times the memory in use.
const GCPercent = 300

// Config has the settings of a server.
type Config struct {
	Version   string
	Listen    string // address of the APIs, such as "127.0.0.1:8080"
	OpsListen string // address of metrics and profiles; empty for none
	BaseURL   string // how clients reach the server; the default is "http://" and the listening address
	Database  sqlconn.Config
	Pepper    []byte       // see auth.Config
	Proxies   auth.Proxies // see auth.Config
	// CursorSecret encrypts the cursors of lists. The default is a secret in the
	// database, which all replicas share.
	CursorSecret []byte
	Log          zerolog.Logger
	// UserCache is the size of the response cache of SCIM users in megabytes; 160
	// if it is 0.
	UserCache int64

	// Rate and Burst are how many SCIM requests a key may send per second in the
	// long run, and at once; the defaults of package ratelimit if they are 0.
	Rate, Burst int
	// HeavyReads is how many heavy reads, such as searches and long lists, run at
	// the same time; half the number of cores if it is 0.
	HeavyReads int
	Records    records.Config // of SCIM requests
	// Points and Restore are how many points a key may spend on GraphQL operations
	// at once, and gets back each second; the defaults of package limits if they
	// are 0.
	Points, Restore int
	// TrustedDocuments are GraphQL documents whose digest clients may send instead;
	// with TrustedOnly no others are run.
	TrustedDocuments map[limits.Digest]string
	TrustedOnly      bool
	KeepChanges      time.Duration // how long changes are kept; a year if it is 0
	// PrivateProviders allows identity providers in private networks and over http on
	// this machine: see oidc.Config.
	PrivateProviders bool
	// DrainDelay is how long a stopping server accepts requests while /readyz
	// already refuses, so that load balancers notice.
	DrainDelay time.Duration
	// StopTimeout is how long requests may take to finish after that; 20 s if it is 0.
	StopTimeout time.Duration
}

// These are the time-outs of every listener. That of writing leaves time to send a
// large group.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 15 * time.Second
	writeTimeout      = 2 * time.Minute
	idleTimeout       = 2 * time.Minute
	maxHeaderBytes    = 32 << 10
)

// Server is a running installation.
type Server struct {
	cfg      Config
	db       *entdb.DB
	resolver *graph.Resolver
	auth     *auth.Authenticator
	oauth    *oauth.Server
	signin   *signin.Handler
	records  *records.Writer
	jobs     *jobs.Runner
	limiter  *ratelimit.Limiter
	heavy    *ratelimit.Share
	sealer   *token.Sealer
	metrics  *metrics
	listener net.Listener
	ops      net.Listener
	draining atomic.Bool
	closing  sync.Once
}

// Open opens the database, brings it up to date and listens; nothing is
// answered before [Server.Serve]. The caller must Serve or Close.
func Open(ctx context.Context, cfg Config) (*Server, error) {
	cfg.StopTimeout = cmp.Or(cfg.StopTimeout, 20*time.Second)
	s := &Server{cfg: cfg}
	if err := s.open(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Server) open(ctx context.Context) (err error) {
	cfg := s.cfg
	if s.listener, err = net.Listen("tcp", cfg.Listen); err != nil {
		return fmt.Errorf("cannot listen on %s: %w (choose another address with --listen)", cfg.Listen, err)
	}
	if cfg.OpsListen != "" {
		if s.ops, err = net.Listen("tcp", cfg.OpsListen); err != nil {
			return fmt.Errorf("cannot listen on %s for metrics: %w (choose another address with --ops-listen, or none with --ops-listen=)", cfg.OpsListen, err)
		}
	}
	s.cfg.BaseURL = strings.TrimRight(cmp.Or(cfg.BaseURL, "http://"+s.listener.Addr().String()), "/")
	if s.db, err = entdb.OpenCurrent(ctx, cfg.Database); err != nil {
		return err
	}
	if err := s.warnOfNewerSchema(ctx); err != nil {
		return err
	}
	if s.sealer, err = s.cursorSealer(ctx); err != nil {
		return err
	}
	s.auth, err = auth.New(s.db, auth.Config{Pepper: cfg.Pepper, Proxies: cfg.Proxies, Log: cfg.Log})
	if err != nil {
		return err
	}
	s.oauth = oauth.New(s.db, oauth.Config{
		BaseURL: s.cfg.BaseURL, Pepper: cfg.Pepper, Proxies: cfg.Proxies, Log: cfg.Log, OnRevoke: s.auth.Forget,
	})
	providers, err := s.providerSealer(ctx)
	if err != nil {
		return err
	}
	s.heavy = newHeavyReads(cfg, s.db)
	s.resolver = graph.New(s.db, graph.Config{
		Version: cfg.Version, BaseURL: s.cfg.BaseURL, Pepper: cfg.Pepper, Sealer: s.sealer, ProviderSecrets: providers,
		ConnectionTester: &selftest.Tester{Endpoint: newEndpoint(s), BaseURL: s.cfg.BaseURL},
		OnKeyChange:      func(id uuid.UUID) { s.auth.Forget(id) },
		Budget:           limits.NewBudget(cmp.Or(cfg.Points, limits.DefaultPoints), cmp.Or(cfg.Restore, limits.DefaultRestore), time.Now),
		TrustedDocuments: cfg.TrustedDocuments, TrustedOnly: cfg.TrustedOnly,
		HeavyTurn: s.heavyTurn, Streams: s.streams(), KeepChanges: cfg.KeepChanges, KeepRecords: cfg.Records.Keep,
	})
	if s.signin, err = s.newSignIn(ctx); err != nil {
		return err
	}
	s.records = records.New(s.db, cfg.Records)
	s.limiter = newLimiter(cfg, s.db)
	s.metrics = newMetrics(s.db)
	s.metrics.requestRecords(s.records)
	s.metrics.streams(s.resolver.Streams())
	s.metrics.heavyReads(s.heavy)
	s.jobs = s.newJobs()
	s.metrics.registry.MustRegister(jobMetrics{s.jobs})
	return nil
}

// warnOfNewerSchema logs a warning if a newer version has migrated the database.
// That is normal while replicas are upgraded one by one; later it means that an
// old version was started by mistake.
func (s *Server) warnOfNewerSchema(ctx context.Context) error {
	status, err := s.db.MigrationStatus(ctx)
	if err != nil {
		return fmt.Errorf("reading the migrations of the database: %w", err)
	}
	if newest := status[len(status)-1]; newest.Newer {
		s.cfg.Log.Warn().Str("migration", newest.Version+"_"+newest.Name).
			Msg("the database was migrated by a newer version of feddir; upgrade this server")
	}
	return nil
}

// cursorSealer returns the sealer of this installation's cursors.
func (s *Server) cursorSealer(ctx context.Context) (*token.Sealer, error) {
	secret := s.cfg.CursorSecret
	if len(secret) == 0 {
		var err error
		if secret, err = s.db.Secret(ctx, "cursors"); err != nil {
			return nil, fmt.Errorf("reading the secret of cursors: %w", err)
		}
	}
	return token.New(secret), nil
}

// newSignIn returns the pages that people sign in on.
func (s *Server) newSignIn(ctx context.Context) (*signin.Handler, error) {
	secret, err := s.db.Secret(ctx, "sign-in")
	if err != nil {
		return nil, fmt.Errorf("reading the secret of sign-ins: %w", err)
	}
	return signin.New(signin.Config{
		BaseURL: s.cfg.BaseURL, Version: s.cfg.Version, Pepper: s.cfg.Pepper, DB: s.db, Operations: s.resolver.Operations(),
		Accounts: s.resolver.Accounts(), Sessions: s.resolver.Sessions(), Auth: s.auth, Proxies: s.cfg.Proxies,
		Sealer: token.New(secret), OIDC: oidc.New(oidc.Config{Private: s.cfg.PrivateProviders}), Log: s.cfg.Log, Now: time.Now,
	}), nil
}

// SetupLink returns a link that makes the first company and its owner, and until
// when it works; it is empty if there is an account already.
func (s *Server) SetupLink(ctx context.Context) (link string, until time.Time, err error) {
	return s.signin.SetupLink(ctx)
}

// providerSealer returns what seals the client secrets at identity providers. With
// a pepper, nobody opens them who has the database alone.
func (s *Server) providerSealer(ctx context.Context) (*token.Sealer, error) {
	secret, err := s.db.Secret(ctx, "identity-providers")
	if err != nil {
		return nil, fmt.Errorf("reading the secret of identity providers: %w", err)
	}
	return token.New(append(secret, s.cfg.Pepper...)), nil
}

// URL returns the base URL of the server.
func (s *Server) URL() string { return s.cfg.BaseURL }

// Serve answers requests until ctx ends. Then it stops gracefully: /readyz
// refuses, streams are ended, requests in flight are finished, and pending records
// are written.
func (s *Server) Serve(ctx context.Context) error {
	defer s.Close()
	background, stop := context.WithCancel(s.cfg.Log.WithContext(context.WithoutCancel(ctx)))
	var work sync.WaitGroup
	work.Go(func() { s.jobs.Run(background) })
	defer work.Wait()
	defer stop()

	failed := make(chan error, 2)
	api := s.httpServer(s.Handler())
	go func() { failed <- api.Serve(s.listener) }()
	if s.ops != nil {
		ops := s.httpServer(s.opsHandler())
		ops.WriteTimeout = 0 // a profile takes the requested time
		go func() { failed <- ops.Serve(s.ops) }()
		defer ops.Close()
	}
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	return s.stop(api)
}

func (s *Server) stop(api *http.Server) error {
	s.draining.Store(true)
	s.cfg.Log.Info().Msg("stopping")
	time.Sleep(s.cfg.DrainDelay)
	ctx, cancel := context.WithTimeout(context.Background(), s.cfg.StopTimeout)
	defer cancel()
	if err := s.shutdown(ctx, api); err != nil {
		return fmt.Errorf("requests were cut off after %v: %w", s.cfg.StopTimeout, errors.Join(err, api.Close()))
	}
	return nil
}

// Close closes the listeners and the database. Serve calls it.
func (s *Server) Close() { s.closing.Do(s.close) }

// close keeps all fields: a request that was cut off may still use them.
func (s *Server) close() {
	for _, l := range []net.Listener{s.listener, s.ops} {
		if l != nil {
			l.Close()
		}
	}
	if s.db != nil {
		s.db.Close()
	}
}

func (s *Server) httpServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
	}
}

// Operations returns the operations, for callers in the same program.
func (s *Server) Operations() *graph.Operations { return s.resolver.Operations() }
