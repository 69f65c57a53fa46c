package account

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/graph/feed"
	"github.com/feddir/feddir/graph/tables"
	"github.com/feddir/feddir/graph/tx"
	"github.com/feddir/feddir/internal/token"
)

// Config is what accounts are made, changed and listed with.
type Config struct {
	TX      *tx.Runner
	Feed    *feed.Feed
	Tables  *tables.Set
	Sealer  *token.Sealer // of the cursors of lists
	Secrets *token.Sealer // of the client secrets at identity providers
	Pepper  []byte        // of the digests of secrets
	BaseURL string        // how clients reach the installation
	Now     func() time.Time
	// OnChange is called after what sessions may do has changed: see [Config.Changed].
	// Nil for none.
	OnChange func(id uuid.UUID)
}

// Changed tells, once the transaction of ctx has committed, that what sessions may
// do has changed: the session with this id, or all of the account or company with
// this id.
func (c Config) Changed(ctx context.Context, id uuid.UUID) {
	if c.OnChange != nil {
		entdb.OnCommit(ctx, func() { c.OnChange(id) })
	}
}
