package rule

import (
	"context"

	"entgo.io/ent/dialect/sql"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/intercept"
	"github.com/feddir/feddir/ent/viewer"
)

// HideDeleting makes companies or directories that are being deleted not
// exist, except to who deletes them.
func HideDeleting(state string) ent.Interceptor {
	return intercept.TraverseFunc(func(ctx context.Context, q intercept.Query) error {
		if v, _ := viewer.FromContext(ctx); v.Purpose() != viewer.Purge {
			q.WhereP(sql.FieldNEQ(state, "DELETING"))
		}
		return nil
	})
}

// HideGone makes what is in the directories that are gone for the viewer not
// exist. It costs nothing where none is.
func HideGone(directory string) ent.Interceptor {
	return intercept.TraverseFunc(func(ctx context.Context, q intercept.Query) error {
		if v, _ := viewer.FromContext(ctx); len(v.Gone) > 0 {
			q.WhereP(sql.FieldNotIn(directory, v.Gone...))
		}
		return nil
	})
}
