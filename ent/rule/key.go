package rule

import (
	"context"

	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/generated/privacy"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/viewer"
)

// DenyStrongerKeys denies to make a key that may do what its maker may not. A
// directory key reads and writes.
func DenyStrongerKeys() privacy.MutationRule {
	return privacy.OnMutationOperation(privacy.MutationRuleFunc(func(ctx context.Context, m ent.Mutation) error {
		mutation, ok := m.(*ent.KeyMutation)
		if !ok {
			return privacy.Denyf("unexpected mutation %T", m)
		}
		v, _ := viewer.FromContext(ctx)
		scopes, _ := mutation.Scopes()
		if kind, _ := mutation.Kind(); kind != key.KindAPI {
			scopes = []viewer.Scope{viewer.ScopeRead, viewer.ScopeWrite}
		}
		for _, s := range scopes {
			if !v.May(s) {
				return lacks(v, "a key can hand on only what it holds, and this one lacks the scope %s", s)
			}
		}
		return privacy.Skip
	}), ent.OpCreate)
}
