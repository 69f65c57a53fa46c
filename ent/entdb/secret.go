package entdb

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"

	"github.com/feddir/feddir/ent/migrations"
)

const (
	makeSecret = `INSERT INTO ` + migrations.Secrets + ` (name, secret) VALUES ($1, $2) ON CONFLICT DO NOTHING`
	readSecret = `SELECT secret FROM ` + migrations.Secrets + ` WHERE name = $1`
)

// Secret returns the installation's secret of a name, 32 random bytes. The
// first replica that asks for it makes it; all get the same.
func (db *DB) Secret(ctx context.Context, name string) ([]byte, error) {
	m, err := db.conn.Maintenance(ctx)
	if err != nil {
		return nil, err
	}
	defer m.Close()
	fresh := make([]byte, sha256.Size)
	_, _ = rand.Read(fresh) // never fails
	tx, err := m.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, makeSecret, name, hex.EncodeToString(fresh)); err != nil {
		return nil, err
	}
	if err := tx.Commit(); err != nil {
		return nil, err
	}
	var kept string
	if err := m.QueryRowContext(ctx, readSecret, name).Scan(&kept); err != nil {
		return nil, err
	}
	return hex.DecodeString(kept)
}
