package graph

import (
	"context"
	"time"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/viewer"
)

// ExpiresSoon is how long before it expires a key is told of.
const ExpiresSoon = 14 * 24 * time.Hour

// maxExpiringKeys is how many keys are told of at a time.
const maxExpiringKeys = 100

// ExpiringKeys returns keys of all companies that expire within a while and
// that no other key replaces yet, the next first: where a key of an identity
// provider ends unnoticed, provisioning stops. It is for the operator.
func (r *Resolver) ExpiringKeys(ctx context.Context, within time.Duration) ([]*ent.Key, error) {
	now := r.cfg.Now()
	return r.tx.Client(ctx).Key.Query().
		Where(key.ExpiresAtGT(now), key.ExpiresAtLT(now.Add(within)), key.RevokedAtIsNil(), key.SuccessorIDIsNil()).
		Order(key.ByExpiresAt()).Limit(maxExpiringKeys).All(viewer.WithSystem(ctx, viewer.Expiry))
}
