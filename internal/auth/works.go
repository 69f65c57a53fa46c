package auth

import (
	"time"

	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/generated/predicate"
)

// Works holds for the keys that neither were revoked nor have expired.
func Works(now time.Time) predicate.Key {
	return key.And(key.RevokedAtIsNil(), key.Or(key.ExpiresAtIsNil(), key.ExpiresAtGT(now)))
}
