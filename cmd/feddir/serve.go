package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/url"
	"os"
	"runtime/debug"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/rs/zerolog"

	"github.com/feddir/feddir/cmd/feddir/command"
	"github.com/feddir/feddir/cmd/feddir/server"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/graph/feed"
	"github.com/feddir/feddir/graph/limits"
	"github.com/feddir/feddir/internal/auth"
	"github.com/feddir/feddir/internal/ratelimit"
	"github.com/feddir/feddir/internal/records"
	"github.com/feddir/feddir/scimadapter"
)

const serveUsage = `serve [flags]

Serves SCIM at /v2, GraphQL at /graphql and the playground at /playground.
No configuration is needed: the server listens on 127.0.0.1:8080 and keeps its
data in ./feddir-data. Stop it with Ctrl-C or SIGTERM; it finishes running requests.

Examples:
  feddir serve
  feddir serve --listen :8080 --base-url https://directory.example.com \
      --database postgres://feddir@db.example.com/feddir?sslmode=verify-full`

// databaseFlag is shared by every subcommand that opens the database.
func databaseFlag(c *command.Command) *string {
	return c.String("database", "sqlite:feddir-data/feddir.db", "`url` of the database: sqlite:PATH or postgres://USER@HOST/NAME")
}

func pepperFlag(c *command.Command) *string {
	return c.String("pepper-file", "", "`file` with a secret of at least 16 bytes that keys the stored digests; the same on all replicas, and it must never change")
}

func readPepper(path string) ([]byte, error) {
	pepper, err := readSecret("pepper-file", path)
	if err != nil {
		return nil, err
	}
	return pepper, auth.CheckPepper(pepper)
}

// readSecret reads the secret in the file that a flag names; none where it
// names none.
func readSecret(flag, path string) ([]byte, error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("--%s: %w", flag, err)
	}
	secret := bytes.TrimSpace(text)
	if len(secret) == 0 {
		return nil, command.Wrongf("--%s is empty", flag)
	}
	return secret, nil
}

func serve(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	c := command.New("serve", serveUsage, getenv, stdout)
	var cfg server.Config
	c.StringVar(&cfg.Listen, "listen", "127.0.0.1:8080", "`address` to listen on")
	c.StringVar(&cfg.OpsListen, "ops-listen", "127.0.0.1:8081", "private `address` for /metrics and /debug/pprof; empty to turn them off")
	c.StringVar(&cfg.BaseURL, "base-url", "", "public `url` of the server (default http:// and the listen address)")
	database := databaseFlag(c)
	c.IntVar(&cfg.Database.MaxOpen, "database-connections", 0, "largest `number` of database connections (default 16; for SQLite readers, twice the cores)")
	c.BoolVar(&cfg.Database.AllowUnsafeDurability, "allow-unsafe-durability", false, "accept a PostgreSQL that can lose acknowledged writes (fsync, full_page_writes or synchronous_commit off)")
	pepper := pepperFlag(c)
	cursors := c.String("cursor-secret-file", "", "`file` with the secret that encrypts cursors; the same on all replicas (default a secret stored in the database)")
	proxies := c.String("trusted-proxies", "", "`networks` of proxies whose X-Forwarded-For is trusted, such as 10.0.0.0/8,192.0.2.7")
	c.IntVar(&cfg.Rate, "rate", ratelimit.DefaultRate, "`number` of SCIM requests per second for each key in the long run; at least 25")
	c.IntVar(&cfg.Burst, "burst", ratelimit.DefaultBurst, "`number` of SCIM requests that one key may send in a burst")
	c.IntVar(&cfg.HeavyReads, "heavy-reads", 0, "`number` of searches and large lists that run at the same time, of all keys together (default half as many as there are cores)")
	c.Int64Var(&cfg.UserCache, "user-cache", scimadapter.DefaultResponseCacheBytes>>20, "`megabytes` for the response cache of recently read users")
	c.IntVar(&cfg.Points, "graphql-points", limits.DefaultPoints, "`points` of GraphQL operations that a key may spend in a burst; an object costs about one")
	c.IntVar(&cfg.Restore, "graphql-restore", limits.DefaultRestore, "`points` restored to a key each second")
	documents := c.String("documents", "any", "`which` GraphQL documents may run: any, or trusted for only those of --trusted-documents")
	manifest := c.String("trusted-documents", "", "`path` of a file of GraphQL documents by their SHA-256, or of a folder of such files (*.json); clients may send the digest instead of the document")
	c.DurationVar(&cfg.Records.Keep, "records-keep", records.DefaultKeep, "`time` that records of SCIM requests are kept")
	c.Int64Var(&cfg.Records.MaxPerDirectory, "records-max", 1_000_000, "largest `number` of request records for each directory; the oldest are deleted first")
	c.DurationVar(&cfg.KeepChanges, "changes-keep", feed.DefaultKeep, "`time` that changes are kept, for the feed and as history")
	c.BoolVar(&cfg.PrivateProviders, "allow-private-providers", false, "allow identity providers in private networks, and over http on this machine; whoever configures one can then make the server call addresses of its own network")
	level := c.String("log-level", "info", "`level` of the log: debug, info, warn or error")
	format := c.String("log-format", "auto", "`format` of the log: json, pretty, or auto for pretty on a terminal")
	c.DurationVar(&cfg.DrainDelay, "drain-delay", 0, "`time` to keep answering after /readyz reports that the server is stopping")
	c.DurationVar(&cfg.StopTimeout, "stop-timeout", 20*time.Second, "`time` that running requests may take to finish when the server stops")
	if err := c.Parse(args, 0); err != nil {
		return err
	}
	switch least := limits.DefaultLimits().Cost; {
	case cfg.Rate < ratelimit.Guaranteed || cfg.Burst < 1:
		return command.Wrongf("--rate must be at least %d and --burst at least 1: identity providers are entitled to that", ratelimit.Guaranteed)
	case cfg.Points < least || cfg.Restore < 1:
		return command.Wrongf("--graphql-points must be at least %d, what one operation may cost, and --graphql-restore at least 1", least)
	case cfg.HeavyReads < 0:
		return command.Wrongf("--heavy-reads must not be negative")
	case cfg.Database.MaxOpen < 0:
		return command.Wrongf("--database-connections must not be negative")
	case cfg.UserCache < 1:
		return command.Wrongf("--user-cache must be at least 1")
	case cfg.KeepChanges <= 0:
		return command.Wrongf("--changes-keep must be more than 0")
	case cfg.Records.Keep <= 0 || cfg.Records.MaxPerDirectory <= 0:
		return command.Wrongf("--records-keep and --records-max must be more than 0")
	}
	var err error
	if cfg.Log, err = newLog(stderr, *level, *format); err != nil {
		return err
	}
	if cfg.Proxies, err = auth.ParseProxies(*proxies); err != nil {
		return command.Wrongf("--trusted-proxies: %v", err)
	}
	if cfg.Pepper, err = readPepper(*pepper); err != nil {
		return err
	}
	if cfg.CursorSecret, err = readSecret("cursor-secret-file", *cursors); err != nil {
		return err
	}
	if err := checkBaseURL(cfg.BaseURL); err != nil {
		return err
	}
	if err := trustedDocuments(&cfg, *documents, *manifest); err != nil {
		return err
	}
	cfg.Version, cfg.Database.URL = version, *database
	if getenv("GOGC") == "" {
		debug.SetGCPercent(server.GCPercent)
	}
	s, err := server.Open(ctx, cfg)
	if err != nil {
		return fmt.Errorf("cannot start: %w", explain(err))
	}
	if err := announceSetup(ctx, s, stdout, cfg.Log); err != nil {
		return fmt.Errorf("cannot start: %w", explain(err))
	}
	cfg.Log.Info().Str("version", version).Str("url", s.URL()).Str("scim", s.URL()+"/v2").Str("playground", s.URL()+"/playground").Msg("serving")
	return s.Serve(ctx)
}

// announceSetup prints the link that makes the first company, if nobody has an
// account yet. It is a secret, so it is printed and not logged.
func announceSetup(ctx context.Context, s *server.Server, stdout io.Writer, log zerolog.Logger) error {
	link, until, err := s.SetupLink(ctx)
	if link == "" || err != nil {
		return err
	}
	log.Info().Time("until", until).Msg("nobody has an account yet: the set-up link is printed")
	_, err = fmt.Fprintf(stdout, "\nSet up the first company with this link. It works once, until %s:\n\n    %s\n\n", until.Local().Format("15:04"), link)
	return err
}

// trustedDocuments reads which GraphQL documents are trusted.
func trustedDocuments(cfg *server.Config, which, manifest string) (err error) {
	switch {
	case which != "any" && which != "trusted":
		return command.Wrongf("--documents %q is neither any nor trusted", which)
	case which == "trusted" && manifest == "":
		return command.Wrongf("--documents trusted needs --trusted-documents: the documents that are run")
	case manifest == "":
		return nil
	}
	cfg.TrustedOnly = which == "trusted"
	if cfg.TrustedDocuments, err = limits.Manifest(manifest); err != nil {
		return fmt.Errorf("--trusted-documents: %w", err)
	}
	return nil
}

// explain adds what the database said, which is for operators alone.
func explain(err error) error {
	if sqlconn.KindOf(err) == "" {
		return err
	}
	return fmt.Errorf("%s", sqlconn.Detail(err))
}

func checkBaseURL(s string) error {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return command.Wrongf("--base-url %q is not like https://directory.example.com", s)
	}
	return nil
}

func newLog(w io.Writer, level, format string) (zerolog.Logger, error) {
	l, err := zerolog.ParseLevel(level)
	if err != nil || l == zerolog.NoLevel {
		return zerolog.Nop(), command.Wrongf("--log-level %q is none of debug, info, warn and error", level)
	}
	zerolog.TimeFieldFormat = "2006-01-02T15:04:05.000Z07:00"
	zerolog.TimestampFunc = func() time.Time { return time.Now().UTC() }
	switch format {
	case "json":
	case "pretty":
		w = zerolog.ConsoleWriter{Out: w, TimeFormat: time.TimeOnly}
	case "auto":
		if f, ok := w.(*os.File); ok && isatty.IsTerminal(f.Fd()) {
			w = zerolog.ConsoleWriter{Out: w, TimeFormat: time.TimeOnly}
		}
	default:
		return zerolog.Nop(), command.Wrongf("--log-format %q is none of json, pretty and auto", format)
	}
	return zerolog.New(w).Level(l).With().Timestamp().Logger(), nil
}
