package auth

import (
	"time"

	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/generated/predicate"
)

// Works is the predicate of the keys that are valid: not revoked, not expired.
func Works(now time.Time) predicate.Key {
	return key.And(key.RevokedAtIsNil(), key.Or(key.ExpiresAtIsNil(), key.ExpiresAtGT(now)))
}
