package sqlconn

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"runtime"
	"strings"
	"time"

	"entgo.io/ent/dialect"
)

// Guard sees every statement just before it is sent, with the context of its
// caller and its arguments as the driver sends them (int64, float64, bool,
// []byte, string, time.Time or nil). An error refuses the statement and is
// returned to the caller unchanged. Migrations on the maintenance handle and
// transaction control do not pass it.
type Guard func(ctx context.Context, query string, args []any) error

// Config says which database to open and within which bounds. The zero value of
// every field but URL means its default.
type Config struct {
	// URL is "sqlite:PATH", "postgres://…" or "postgresql://…". Several
	// PostgreSQL hosts may be named ("postgres://a:5432,b:5432/name"). Without
	// sslmode it is "prefer"; name "verify-full" where the network is not
	// trusted. Without target_session_attrs it is "read-write".
	URL string
	// MaxOpen bounds the open connections; at least 2. Default 16 on
	// PostgreSQL; on SQLite it counts readers, default twice the cores, at least 4.
	MaxOpen int

	ConnectTimeout   time.Duration // reaching one PostgreSQL host; default 3 s
	StatementTimeout time.Duration // one statement; default 5 s
	LockTimeout      time.Duration // waiting for a row or for the SQLite file; default 2 s (SQLite 5 s)
	IdleInTxTimeout  time.Duration // an idle PostgreSQL transaction, or holding the SQLite writer; default 10 s
	CommitTimeout    time.Duration // waiting for COMMIT's answer; default 10 s
	RetryFor         time.Duration // all attempts of Retry together; default 8 s

	// AllowUnsafeDurability accepts a PostgreSQL that acknowledges commits it may
	// lose (fsync, full_page_writes or synchronous_commit off).
	AllowUnsafeDurability bool

	Guard Guard // nil for none
}

// errURL says what a database URL looks like. It never repeats the URL, which
// may hold a password.
var errURL = errors.New(`sqlconn: the database URL must be "sqlite:PATH" or "postgres://USER@HOST/NAME" (percent-encode special characters in user and password)`)

func (cfg Config) dialect() (string, error) {
	switch scheme, rest, _ := strings.Cut(cfg.URL, ":"); {
	case scheme == "sqlite" && rest != "" && !strings.HasPrefix(rest, ":memory:"):
		return dialect.SQLite, nil
	case (scheme == "postgres" || scheme == "postgresql") && strings.HasPrefix(rest, "//"):
		return dialect.Postgres, nil
	}
	return "", errURL
}

func (cfg Config) withDefaults(d string) Config {
	open, lock := 16, 2*time.Second
	if d == dialect.SQLite {
		open, lock = max(4, 2*runtime.GOMAXPROCS(0)), 5*time.Second
	}
	if cfg.MaxOpen <= 0 {
		cfg.MaxOpen = open
	}
	cfg.MaxOpen = max(cfg.MaxOpen, 2)
	for _, f := range []struct {
		field *time.Duration
		value time.Duration
	}{
		{&cfg.ConnectTimeout, 3 * time.Second},
		{&cfg.StatementTimeout, 5 * time.Second},
		{&cfg.LockTimeout, lock},
		{&cfg.IdleInTxTimeout, 10 * time.Second},
		{&cfg.CommitTimeout, 10 * time.Second},
		{&cfg.RetryFor, 8 * time.Second},
	} {
		if *f.field <= 0 {
			*f.field = f.value
		}
	}
	return cfg
}

// splitHosts rewrites libpq's "//host:port,host:port/" into the host and port
// parameters lib/pq understands: net/url refuses several ports in one authority.
func splitHosts(raw string) (string, error) {
	scheme, rest, _ := strings.Cut(raw, "://")
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	authority, tail := rest[:end], rest[end:]
	at := strings.LastIndexByte(authority, '@')
	user, list := authority[:at+1], authority[at+1:]
	if !strings.Contains(list, ",") {
		return raw, nil
	}
	var hosts, ports []string
	for h := range strings.SplitSeq(list, ",") {
		host, port, err := net.SplitHostPort(h)
		if err != nil {
			host, port = strings.Trim(h, "[]"), "5432"
		}
		hosts, ports = append(hosts, host), append(ports, port)
	}
	if !strings.HasPrefix(tail, "/") {
		tail = "/" + tail // or url.URL forgets the empty authority
	}
	u, err := url.Parse(scheme + "://" + user + tail)
	if err != nil {
		return "", errURL
	}
	q := u.Query()
	if q.Has("host") || q.Has("port") {
		return "", fmt.Errorf("sqlconn: the database URL names its hosts twice")
	}
	q.Set("host", strings.Join(hosts, ","))
	q.Set("port", strings.Join(ports, ","))
	u.RawQuery = q.Encode()
	return u.String(), nil
}
