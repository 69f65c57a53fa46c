package rule

import (
	"context"

	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/privacy"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/viewer"
)

// HideChangesOfKeys hides changes of keys and OAuth clients from viewers who may
// not read these.
func HideChangesOfKeys() privacy.QueryRule {
	return privacy.ChangeQueryRuleFunc(func(ctx context.Context, q *ent.ChangeQuery) error {
		if v, _ := viewer.FromContext(ctx); !v.May(viewer.ScopeKeys) {
			q.Where(change.ResourceTypeNotIn(change.ResourceTypeKEY, change.ResourceTypeOAUTH_CLIENT))
		}
		return privacy.Skip
	})
}
