package graph

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
)

// rekeyPage is how many names are read at a time.
const rekeyPage = 500

// namedTable is a table whose rows have a name and the key of the name.
type namedTable struct{ table, name, key string }

var namedTables = []namedTable{{"users", "user_name", "user_name_key"}, {"groups", "display_name", "display_name_key"}}

// storedName is a name as a row has it.
type storedName struct {
	id        uuid.UUID
	name, key string
}

// RekeyNames gives names the keys by which they are compared, and returns how
// many had another: versions before the one that composes names only folded
// them. Two names of one directory that are one now stay as they are, each with
// its own key; they are logged, for somebody to rename one.
func (r *Resolver) RekeyNames(ctx context.Context) (int, error) {
	ctx = viewer.WithSystem(ctx, viewer.Sequence)
	directories, err := r.client(ctx).Directory.Query().All(ctx)
	rekeyed := 0
	for _, d := range directories {
		for _, t := range namedTables {
			n, err := r.rekeyTable(ctx, d, t)
			rekeyed += n
			if err != nil {
				return rekeyed, err
			}
		}
	}
	return rekeyed, err
}

func (r *Resolver) rekeyTable(ctx context.Context, d *ent.Directory, t namedTable) (rekeyed int, err error) {
	for after := uuid.Nil; ; {
		page, err := r.composedNames(ctx, d, t, after)
		if err != nil || len(page) == 0 {
			return rekeyed, err
		}
		for _, row := range page {
			after = row.id
			key := schematype.NameKey(row.name)
			if key == row.key {
				continue
			}
			changed, err := r.rekey(ctx, d, t, row, key)
			if err != nil {
				return rekeyed, err
			}
			if changed {
				rekeyed++
				continue
			}
			zerolog.Ctx(ctx).Warn().Stringer("directory", d.ID).Str("of", t.table).Stringer("id", row.id).
				Msg("two names of a directory are one, but for how their letters are composed: rename one of them")
		}
	}
}

// composedNames are names beyond ASCII, which alone can have another key.
func (r *Resolver) composedNames(ctx context.Context, d *ent.Directory, t namedTable, after uuid.UUID) (page []storedName, err error) {
	rows, err := r.client(ctx).QueryContext(ctx, fmt.Sprintf(`SELECT id, %[2]s, %[3]s FROM %[1]s
  WHERE company_id = $1 AND directory_id = $2 AND id > $3 AND octet_length(%[2]s) <> length(%[2]s) ORDER BY id LIMIT %[4]d`,
		t.table, t.name, t.key, rekeyPage), d.CompanyID, d.ID, after)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var row storedName
		if err := rows.Scan(&row.id, &row.name, &row.key); err != nil {
			return nil, err
		}
		page = append(page, row)
	}
	return page, rows.Err()
}

// rekey writes the key of a name, unless another has it or the name is another
// by now.
func (r *Resolver) rekey(ctx context.Context, d *ent.Directory, t namedTable, row storedName, key string) (bool, error) {
	return inTx(ctx, r, func(ctx context.Context) (bool, error) {
		result, err := r.client(ctx).ExecContext(ctx, fmt.Sprintf(`UPDATE %[1]s SET %[3]s = $5
  WHERE company_id = $1 AND directory_id = $2 AND id = $3 AND %[2]s = $4
  AND NOT EXISTS (SELECT 1 FROM %[1]s AS o WHERE o.company_id = $1 AND o.directory_id = $2 AND o.%[3]s = $5)`,
			t.table, t.name, t.key), d.CompanyID, d.ID, row.id, row.name, key)
		if err != nil {
			return false, err
		}
		n, err := result.RowsAffected()
		return n > 0, err
	})
}
