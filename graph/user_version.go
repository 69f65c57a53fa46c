package graph

import (
	"context"

	"entgo.io/ent/dialect"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/dberror"
)

// UserVersion returns the version of a user of the viewer's directory, so that
// who has read the user before knows whether that is still true. It asks for
// one number by the primary key, without what it costs to read a user. It
// fails with NOT_FOUND when there is no such user for the viewer, which must
// be a directory key.
func (o *Operations) UserVersion(ctx context.Context, id uuid.UUID) (int64, error) {
	v, ok := viewer.FromContext(ctx)
	if !ok || v.Kind != viewer.DirectoryKey || !v.May(viewer.ScopeRead) {
		return 0, dberror.ErrNoUser
	}
	rows, err := o.tx.Client(ctx).QueryContext(ctx, userVersion[o.tx.Dialect()], v.DirectoryID, id)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var version int64
	if rows.Next() {
		if err := rows.Scan(&version); err != nil {
			return 0, err
		}
	}
	if err := rows.Err(); err != nil {
		return 0, err
	}
	if version == 0 {
		return 0, dberror.ErrNoUser
	}
	return version, nil
}

var userVersion = map[string]string{
	dialect.SQLite:   "SELECT version FROM users WHERE directory_id = ? AND id = ?",
	dialect.Postgres: "SELECT version FROM users WHERE directory_id = $1 AND id = $2",
}
