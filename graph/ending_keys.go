package graph

import (
	"context"
	"time"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/viewer"
)

// EndsSoon is how long before its end a key is told of.
const EndsSoon = 14 * 24 * time.Hour

// endingKeys is how many keys are told of at a time.
const endingKeys = 100

// EndingKeys returns keys of all companies that will end within a while and
// that no other key replaces yet, the next first: where a key of an identity
// provider ends unnoticed, provisioning stops. It is for the operator.
func (r *Resolver) EndingKeys(ctx context.Context, within time.Duration) ([]*ent.Key, error) {
	now := r.cfg.Now()
	return r.client(ctx).Key.Query().
		Where(key.ExpiresAtGT(now), key.ExpiresAtLT(now.Add(within)), key.RevokedAtIsNil(), key.SuccessorIDIsNil()).
		Order(key.ByExpiresAt()).Limit(endingKeys).All(viewer.WithSystem(ctx, viewer.Expiry))
}
