package credential

import (
	"context"
	"time"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/internal/auth"
)

// ExpiresSoon is how long before it expires a key is told of.
const ExpiresSoon = 14 * 24 * time.Hour

// maxExpiring is how many keys are told of at a time.
const maxExpiring = 100

// Expiring returns keys of all companies that expire soon and that no other key
// replaces yet, the next first: where a key of an identity provider ends
// unnoticed, provisioning stops. It is for the operator.
func (s Keys) Expiring(ctx context.Context) ([]*ent.Key, error) {
	now := s.Now()
	return s.TX.Client(ctx).Key.Query().
		Where(key.ExpiresAtGT(now), key.ExpiresAtLT(now.Add(ExpiresSoon)), key.RevokedAtIsNil(), key.SuccessorIDIsNil(), auth.NotDeleted).
		Order(key.ByExpiresAt()).Limit(maxExpiring).All(viewer.WithSystem(ctx, viewer.Expiry))
}
