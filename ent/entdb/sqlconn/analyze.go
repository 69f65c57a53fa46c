package sqlconn

import (
	"context"

	"entgo.io/ent/dialect"
	"github.com/lib/pq"
)

// youngTables finds the tables, of those that may be analyzed, which have become
// four times as large as when the planner was last told of them. Below eight
// pages any plan does; above 16,384, which are 128 MB, PostgreSQL has had its
// turn, and to read samples may take longer than a statement may.
const youngTables = `SELECT relname FROM pg_class
WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND pg_has_role(relowner, 'USAGE')
AND pg_relation_size(oid) / current_setting('block_size')::bigint BETWEEN greatest(8, 4 * relpages) AND 16384
ORDER BY relname`

// Analyze renews the planner's statistics of the tables of a PostgreSQL that
// have grown much since it last did, and names them; on SQLite it does nothing.
//
// PostgreSQL does that by itself, once a minute at most. Until then the plans
// that were made for empty tables stay in use, those that check foreign keys
// among them: any index looks as good as another there, and one that begins
// with the directory alone makes each write read all of the directory.
// A first import would get slower with each of its rows.
func (db *DB) Analyze(ctx context.Context) (analyzed []string, err error) {
	if db.dialect != dialect.Postgres {
		return nil, nil
	}
	tables, err := db.youngTables(ctx)
	if err != nil {
		return nil, err
	}
	for _, table := range tables {
		if err := db.analyze(ctx, table); err != nil {
			return analyzed, err
		}
		analyzed = append(analyzed, table)
	}
	return analyzed, nil
}

func (db *DB) analyze(ctx context.Context, table string) error {
	tx, err := db.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after a commit
	// Another replica that is at it already will do.
	if _, err := tx.ExecContext(ctx, "ANALYZE (SKIP_LOCKED) "+pq.QuoteIdentifier(table)); err != nil {
		return err
	}
	return tx.Commit()
}

func (db *DB) youngTables(ctx context.Context) (tables []string, err error) {
	rows, err := db.read.QueryContext(ctx, youngTables)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var table string
		if err := rows.Scan(&table); err != nil {
			return nil, err
		}
		tables = append(tables, table)
	}
	return tables, rows.Err()
}
