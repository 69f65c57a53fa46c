package entdb

import (
	"context"
	"encoding/hex"
	"time"

	"github.com/feddir/feddir/ent/migrations"
)

// setupLinks is how the names of set-up links start among the installation's
// secrets. What follows is the start of a link's digest: 232 bits of it.
const setupLinks = "setup:"

func setupLinkName(digest []byte) string { return setupLinks + hex.EncodeToString(digest)[:58] }

// AddSetupLink lets the link of a digest set the installation up until a time.
func (db *DB) AddSetupLink(ctx context.Context, digest []byte, until time.Time) error {
	_, err := db.Client(ctx).ExecContext(ctx, `INSERT INTO `+migrations.Secrets+` (name, secret) VALUES ($1, $2)`,
		setupLinkName(digest), until.UTC().Format(time.RFC3339))
	return err
}

// SetupLink returns until when the link of a digest works; the zero time if there
// is none.
func (db *DB) SetupLink(ctx context.Context, digest []byte) (until time.Time, err error) {
	rows, err := db.Client(ctx).QueryContext(ctx, readSecret, setupLinkName(digest))
	if err != nil {
		return until, err
	}
	defer rows.Close()
	var text string
	for rows.Next() {
		if err := rows.Scan(&text); err != nil {
			return until, err
		}
	}
	if text == "" {
		return until, rows.Err()
	}
	return time.Parse(time.RFC3339, text)
}

// TakeSetupLink ends all set-up links in the transaction of ctx if the one of a
// digest is among them, and reports whether it is. Of two that are used at the
// same time, one waits for the other and finds none.
func (db *DB) TakeSetupLink(ctx context.Context, digest []byte) (bool, error) {
	taken, err := db.Client(ctx).ExecContext(ctx, `DELETE FROM `+migrations.Secrets+`
		WHERE name LIKE $1 AND EXISTS (SELECT 1 FROM `+migrations.Secrets+` WHERE name = $2)`, setupLinks+"%", setupLinkName(digest))
	if err != nil {
		return false, err
	}
	n, err := taken.RowsAffected()
	return n > 0, err
}
