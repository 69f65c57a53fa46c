package rule

import (
	"context"
	"slices"

	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/privacy"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/viewer"
)

// HideChangesOfKeys hides changes of keys and OAuth clients, and of accounts, from
// viewers who may not read these.
func HideChangesOfKeys() privacy.QueryRule {
	return privacy.ChangeQueryRuleFunc(func(ctx context.Context, q *ent.ChangeQuery) error {
		v, _ := viewer.FromContext(ctx)
		if hidden := HiddenTypes(v); len(hidden) > 0 {
			q.Where(change.ResourceTypeNotIn(hidden...))
		}
		return privacy.Skip
	})
}

// scopeOfType is the scope that takes changes of a type of resource, where
// reading the company is not enough.
var scopeOfType = map[change.ResourceType]viewer.Scope{
	change.ResourceTypeKEY:               viewer.ScopeKeys,
	change.ResourceTypeOAUTH_CLIENT:      viewer.ScopeKeys,
	change.ResourceTypeACCOUNT:           viewer.ScopeAccounts,
	change.ResourceTypeINVITATION:        viewer.ScopeAccounts,
	change.ResourceTypeIDENTITY_PROVIDER: viewer.ScopeAccounts,
}

// HiddenTypes are the types of resource whose changes a viewer may not read.
func HiddenTypes(v viewer.Viewer) (types []change.ResourceType) {
	for t, scope := range scopeOfType {
		if !v.MayRead(scope) {
			types = append(types, t)
		}
	}
	slices.Sort(types) // so that one viewer's statements are the same text
	return types
}
