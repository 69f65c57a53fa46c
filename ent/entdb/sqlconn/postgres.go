package sqlconn

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strconv"
	"time"

	"github.com/lib/pq"
)

// connLife is how long a connection is used: long enough to be cheap, short
// enough that a moved or resized server is found again. Each connection draws
// its own from ±10 %, so that they do not all reconnect at once.
const connLife = 30 * time.Minute

// pgConnector opens PostgreSQL connections.
type pgConnector struct {
	settings pq.Config
	cfg      Config
	stats    *counters
}

func newPGConnector(cfg Config, stats *counters) (*pgConnector, error) {
	dsn, err := splitHosts(cfg.URL)
	if err != nil {
		return nil, err
	}
	if _, err := url.Parse(dsn); err != nil {
		return nil, errURL // url.Parse's own error repeats the password
	}
	settings, err := pq.NewConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("sqlconn: the database URL: %w", err)
	}
	if settings.SSLMode == "" {
		settings.SSLMode = pq.SSLModePrefer
	}
	if settings.TargetSessionAttrs == "" {
		settings.TargetSessionAttrs = pq.TargetSessionAttrsReadWrite
	}
	if settings.ApplicationName == "" {
		settings.ApplicationName = "feddir"
	}
	if settings.ConnectTimeout <= 0 {
		settings.ConnectTimeout = cfg.ConnectTimeout
	}
	for name, limit := range map[string]time.Duration{
		"statement_timeout":                   cfg.StatementTimeout,
		"lock_timeout":                        cfg.LockTimeout,
		"idle_in_transaction_session_timeout": cfg.IdleInTxTimeout,
	} {
		if _, ok := settings.Runtime[name]; !ok {
			settings.Runtime[name] = strconv.FormatInt(limit.Milliseconds(), 10)
		}
	}
	settings.Runtime["TimeZone"] = "UTC" // times are read and written in UTC
	return &pgConnector{settings: settings, cfg: cfg, stats: stats}, nil
}

func (c *pgConnector) Driver() driver.Driver { return pq.Driver{} }

func (c *pgConnector) Connect(ctx context.Context) (driver.Conn, error) {
	connector, err := pq.NewConnectorConfig(c.settings)
	if err != nil {
		return nil, err
	}
	d := &dialer{}
	connector.Dialer(d)
	raw, err := connector.Connect(ctx)
	if err != nil {
		d.closeAll()
		return nil, connectError(ctx, err)
	}
	life := connLife*9/10 + rand.N(connLife/5)
	p := &pgConn{net: d.finish(), expires: time.Now().Add(life), commitTimeout: c.cfg.CommitTimeout}
	p.conn = conn{
		raw:      raw.(rawConn),
		cache:    newStmtCache(),
		guard:    c.cfg.Guard,
		stats:    c.stats,
		classify: classifyPostgres,
		fatal:    statementAtFault,
		scope:    p.scoped,
	}
	pq.SetNoticeHandler(raw, p.notice)
	return p, nil
}

func openPostgres(ctx context.Context, db *DB) error {
	c, err := newPGConnector(db.cfg, &db.stats)
	if err != nil {
		return err
	}
	pool := sql.OpenDB(c)
	pool.SetMaxOpenConns(db.cfg.MaxOpen)
	pool.SetMaxIdleConns(db.cfg.MaxOpen)
	pool.SetConnMaxLifetime(connLife * 11 / 10)
	db.read, db.write = pool, pool
	if err := pool.PingContext(ctx); err != nil {
		return err
	}
	if !db.cfg.AllowUnsafeDurability {
		if err := checkDurability(ctx, pool); err != nil {
			return err
		}
	}
	if err := checkEncoding(ctx, pool); err != nil {
		return err
	}
	return checkSessions(ctx, pool)
}

// maintainPostgres opens the handle for migrations: plain lib/pq, one
// connection, no limit on a statement's time, a patient wait for locks.
func maintainPostgres(db *DB) (*sql.DB, error) {
	cfg := db.cfg
	cfg.StatementTimeout, cfg.LockTimeout, cfg.IdleInTxTimeout = 0, maintenanceLock, 0
	c, err := newPGConnector(cfg, &db.stats)
	if err != nil {
		return nil, err
	}
	connector, err := pq.NewConnectorConfig(c.settings)
	if err != nil {
		return nil, err
	}
	connector.Dialer(&dialer{done: true})
	return sql.OpenDB(connector), nil
}
