package rule

import (
	"context"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/intercept"
	"github.com/feddir/feddir/ent/viewer"
)

// HideDeleting hides companies or directories that are being deleted from all
// but the purge.
func HideDeleting(state string) ent.Interceptor {
	return intercept.TraverseFunc(func(ctx context.Context, q intercept.Query) error {
		if v, _ := viewer.FromContext(ctx); v.Purpose() != viewer.Purge {
			q.WhereP(sql.FieldNEQ(state, "DELETING"))
		}
		return nil
	})
}

// HideDeleted hides what deleted directories still hold. It costs nothing if the
// viewer's company has no deleted directory.
func HideDeleted(directory string) ent.Interceptor {
	return hideDeleted(func(deleted []uuid.UUID) func(*sql.Selector) { return sql.FieldNotIn(directory, deleted...) })
}

// HideDeletedOrNone does so where what belongs to the company itself names no
// directory.
func HideDeletedOrNone(directory string) ent.Interceptor {
	return hideDeleted(func(deleted []uuid.UUID) func(*sql.Selector) {
		return sql.OrPredicates(sql.FieldIsNull(directory), sql.FieldNotIn(directory, deleted...))
	})
}

func hideDeleted(others func(deleted []uuid.UUID) func(*sql.Selector)) ent.Interceptor {
	return intercept.TraverseFunc(func(ctx context.Context, q intercept.Query) error {
		if v, _ := viewer.FromContext(ctx); len(v.DeletedDirectories) > 0 {
			q.WhereP(others(v.DeletedDirectories))
		}
		return nil
	})
}
