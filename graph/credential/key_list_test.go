package credential_test

import (
	"testing"
	"time"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/credential"
	"github.com/feddir/feddir/graph/model"
)

func TestState(t *testing.T) {
	t.Parallel()
	now := time.Now()
	past, soon, future, id := now.Add(-time.Hour), now.Add(time.Hour), now.Add(2*credential.ExpiresSoon), schematype.NewID(schematype.TypeKey)
	for want, k := range map[model.KeyState]*ent.Key{
		model.KeyStateActive:   {ExpiresAt: &future},
		model.KeyStateExpiring: {ExpiresAt: &soon},
		model.KeyStateRotating: {ExpiresAt: &soon, SuccessorID: &id},
		model.KeyStateExpired:  {ExpiresAt: &past, SuccessorID: &id},
		model.KeyStateRevoked:  {ExpiresAt: &past, SuccessorID: &id, RevokedAt: &past},
	} {
		if got := credential.State(k, now); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
