package purge

import (
	"context"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"
)

// batch is how many rows are deleted in one transaction. That many take well
// below a second.
const batch = 1000

// queryOf and deletionOf are what ent generates for each kind of row.
type (
	queryOf[P, Q any] interface {
		Where(...P) Q
		Limit(int) Q
		IDs(context.Context) ([]uuid.UUID, error)
	}
	deletionOf[P, D any] interface {
		Where(...P) D
		Exec(context.Context) (int, error)
	}
)

// deleteSome deletes a batch of the rows for which a predicate holds, and
// returns how many there were.
func deleteSome[P ~func(*sql.Selector), Q queryOf[P, Q], D deletionOf[P, D]](ctx context.Context, q Q, d D, where P) (int, error) {
	ids, err := q.Where(where).Limit(batch).IDs(ctx)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	return d.Where(where, sql.FieldIn("id", ids...)).Exec(ctx)
}
