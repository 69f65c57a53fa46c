package graph

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/generated/uservalue"
)

// forgetTerms deletes the terms of users. It looks the rows up first and names
// them by their keys: of a DELETE that names attributes SQLite walks the terms
// of the whole directory, since one index has all that it asks for, and nobody
// else can write meanwhile.
func (r *Resolver) forgetTerms(ctx context.Context, directories, users []uuid.UUID) error {
	client := r.client(ctx)
	terms, err := client.UserValue.Query().
		Where(uservalue.DirectoryIDIn(directories...), uservalue.UserIDIn(users...), uservalue.AttributeIn(ownTerms()...)).IDs(ctx)
	if err != nil {
		return err
	}
	for chunk := range slices.Chunk(terms, 1000) {
		_, err := client.UserValue.Delete().
			Where(uservalue.DirectoryIDIn(directories...), uservalue.UserIDIn(users...), uservalue.IDIn(chunk...)).Exec(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}
