package rule

import (
	"context"

	"github.com/feddir/feddir/ent/generated/privacy"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/viewer"
)

// DenyStrongerClients denies to say who may get tokens for a directory to
// those who may not read and write it. To revoke a client they may.
func DenyStrongerClients() privacy.MutationRule {
	return privacy.MutationRuleFunc(func(ctx context.Context, m ent.Mutation) error {
		mutation, ok := m.(*ent.OAuthClientMutation)
		if !ok {
			return privacy.Denyf("unexpected mutation %T", m)
		}
		if _, revokes := mutation.RevokedAt(); revokes && !m.Op().Is(ent.OpCreate) {
			return privacy.Skip
		}
		v, _ := viewer.FromContext(ctx)
		if !v.May(viewer.ScopeRead) || !v.May(viewer.ScopeWrite) {
			return privacy.Denyf("a client reads and writes, its maker does not")
		}
		return privacy.Skip
	})
}
