package sqlconn

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"modernc.org/sqlite"
)

// sqliteFile is a SQLite database file and how its connections are opened.
type sqliteFile struct {
	path string // absolute
	cfg  Config
}

// createFile makes the file and its folder, readable by their owner alone. The
// files SQLite adds take the file's mode.
func createFile(cfg Config) (*sqliteFile, error) {
	path, err := filepath.Abs(strings.TrimPrefix(cfg.URL, "sqlite:"))
	if err != nil {
		return nil, fmt.Errorf("sqlconn: the database file: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("sqlconn: the folder of the database file: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("sqlconn: the database file: %w", err)
	}
	if err := f.Close(); err != nil {
		return nil, fmt.Errorf("sqlconn: the database file: %w", err)
	}
	return &sqliteFile{path: path, cfg: cfg}, nil
}

// dsn names the file and what every connection to it is set to, and more.
func (f *sqliteFile) dsn(wait time.Duration, more ...string) string {
	path := filepath.ToSlash(f.path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/…
	}
	q := url.Values{
		"_pragma": append([]string{
			"busy_timeout(" + strconv.FormatInt(wait.Milliseconds(), 10) + ")",
			"journal_mode(WAL)",
			"synchronous(FULL)", // NORMAL loses acknowledged commits at a power cut
			"journal_size_limit(67108864)",
			"cache_size(-32768)",
			"temp_store(MEMORY)",
		}, more...),
		"_txlock":      {"immediate"},
		"_time_format": {"sqlite"},
		"_timezone":    {"UTC"},
	}
	return (&url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}).String()
}

func (f *sqliteFile) connect(ctx context.Context, stats *counters, more ...string) (*conn, error) {
	connector, err := sqlite.NewConnector(f.dsn(f.cfg.LockTimeout, more...))
	if err != nil {
		return nil, err
	}
	raw, err := connector.Connect(ctx)
	if err != nil {
		e := classifySQLite(err)
		if ctx.Err() != nil {
			e = &Error{Kind: Canceled, cause: ctx.Err()}
		}
		return nil, e
	}
	limit := f.cfg.StatementTimeout
	return &conn{
		raw:      raw.(rawConn),
		cache:    newStmtCache(),
		guard:    f.cfg.Guard,
		stats:    stats,
		local:    true,
		classify: classifySQLite,
		fatal:    func(err error) bool { return classifySQLite(err).Kind == Internal },
		scope: func(ctx context.Context) (context.Context, func()) {
			return context.WithTimeout(ctx, limit)
		},
	}, nil
}

// sqliteReaders opens connections that can only read.
type sqliteReaders struct {
	file  *sqliteFile
	stats *counters
}

func (r *sqliteReaders) Driver() driver.Driver { return &sqlite.Driver{} }

func (r *sqliteReaders) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := r.file.connect(ctx, r.stats, "foreign_keys(1)", "query_only(1)")
	if err != nil {
		return nil, err
	}
	return &sqliteReader{c}, nil
}

type sqliteReader struct{ *conn }

// BeginTx begins a transaction that sees one state of the database throughout.
func (r *sqliteReader) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	if !opts.ReadOnly {
		return nil, ErrWriteOutsideTx
	}
	tx, err := r.raw.BeginTx(context.WithoutCancel(ctx), opts)
	if err != nil {
		return nil, r.wrap(ctx, err)
	}
	r.inTx, r.readTx = true, true
	return &readerTx{r, tx}, nil
}

type readerTx struct {
	r     *sqliteReader
	inner driver.Tx
}

func (t *readerTx) Commit() error   { return t.end(t.inner.Commit) }
func (t *readerTx) Rollback() error { return t.end(t.inner.Rollback) }

func (t *readerTx) end(f func() error) error {
	t.r.inTx = false
	if err := f(); err != nil {
		t.r.bad = true
		return classifySQLite(err)
	}
	return nil
}

func openSQLite(ctx context.Context, db *DB) error {
	file, err := createFile(db.cfg)
	if err != nil {
		return err
	}
	// The writer first: it makes the file a WAL database.
	db.writer = newWriter(file, &db.stats)
	if err := db.writer.open(ctx); err != nil {
		return err
	}
	db.read = sql.OpenDB(&sqliteReaders{file, &db.stats})
	db.read.SetMaxOpenConns(db.cfg.MaxOpen)
	db.read.SetMaxIdleConns(db.cfg.MaxOpen)
	db.write = sql.OpenDB(db.writer)
	db.write.SetMaxOpenConns(maxWaiting)
	db.write.SetMaxIdleConns(maxWaiting)
	var mode string
	if err := db.read.QueryRowContext(ctx, "SELECT journal_mode FROM pragma_journal_mode").Scan(&mode); err != nil {
		return err
	}
	if mode != "wal" {
		return errors.New("sqlconn: this file system cannot hold a SQLite database in WAL mode")
	}
	return nil
}

func maintainSQLite(db *DB) (*sql.DB, error) {
	connector, err := sqlite.NewConnector(db.writer.file.dsn(maintenanceLock, "foreign_keys(0)"))
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(connector), nil
}
