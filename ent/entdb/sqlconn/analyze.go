package sqlconn

import (
	"context"
	"errors"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"github.com/lib/pq"
)

// grownTablesSQL finds the tables that have become four times as large since they
// were last analyzed. It leaves out tables below eight pages, for which any plan
// is good, and above 16,384 pages (128 MB), which PostgreSQL has analyzed by then
// and whose samples may take longer than a statement may.
const grownTablesSQL = `SELECT relname FROM pg_class
WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND pg_has_role(relowner, 'USAGE')
AND pg_relation_size(oid) / current_setting('block_size')::bigint BETWEEN greatest(8, 4 * relpages) AND 16384
ORDER BY relname`

// Analyze renews the planner's statistics of the PostgreSQL tables that have grown
// much since they were last analyzed, and returns their names. A table that cannot
// be analyzed does not stop the others. On SQLite it does nothing.
//
// PostgreSQL does the same, but at most once a minute. Until then it uses plans
// that were made for empty tables, also for the checks of foreign keys. For an
// empty table all indexes look alike; one that begins with the directory alone
// would make each write read the whole directory, and a first import would get
// slower with each row.
func (db *DB) Analyze(ctx context.Context) (analyzed []string, err error) {
	if db.dialect != dialect.Postgres {
		return nil, nil
	}
	tables, err := db.grownTables(ctx)
	if err != nil {
		return nil, err
	}
	var failed []error
	for _, table := range tables {
		if err := db.analyze(ctx, table); err != nil {
			failed = append(failed, err)
			continue
		}
		analyzed = append(analyzed, table)
	}
	return analyzed, errors.Join(failed...)
}

func (db *DB) analyze(ctx context.Context, table string) error {
	tx, err := db.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after a commit
	// A table that another replica is analyzing is skipped.
	if _, err := tx.ExecContext(ctx, "ANALYZE (SKIP_LOCKED) "+pq.QuoteIdentifier(table)); err != nil {
		return err
	}
	return tx.Commit()
}

func (db *DB) grownTables(ctx context.Context) (tables []string, err error) {
	rows, err := db.read.QueryContext(ctx, grownTablesSQL)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	err = entsql.ScanSlice(rows, &tables)
	return tables, err
}
