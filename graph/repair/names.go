package repair

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/schematype"
)

// rekeyPage is how many names are read at a time.
const rekeyPage = 500

// namedTable is a table whose rows have a name and the key of the name.
type namedTable struct{ table, name, key string }

var (
	users  = namedTable{"users", "user_name", "user_name_key"}
	groups = namedTable{"groups", "display_name", "display_name_key"}
)

// storedName is a name as a row has it.
type storedName struct {
	id        uuid.UUID
	name, key string
}

// Names gives names the keys by which they are compared, and returns how
// many had another: versions before the one that composes names only folded
// them. Two names of one directory that are one now stay as they are, each with
// its own key; they are logged, for somebody to rename one.
func (r *Repair) Names(ctx context.Context) (int, error) {
	return r.eachDirectory(ctx, r.rekey(users), r.rekey(groups))
}

// rekey rekeys the names of a table.
func (r *Repair) rekey(t namedTable) part {
	return func(ctx context.Context, d *ent.Directory) (rekeyed int, err error) {
		for after := uuid.Nil; ; {
			page, err := r.composedNames(ctx, d, t, after)
			if err != nil || len(page) == 0 {
				return rekeyed, err
			}
			for _, row := range page {
				n, err := r.rekeyRow(ctx, d, t, row)
				if rekeyed += n; err != nil {
					return rekeyed, err
				}
			}
			after = page[len(page)-1].id
		}
	}
}

// composedNames are names beyond ASCII, which alone can have another key.
func (r *Repair) composedNames(ctx context.Context, d *ent.Directory, t namedTable, after uuid.UUID) (page []storedName, err error) {
	rows, err := r.db.Client(ctx).QueryContext(ctx, fmt.Sprintf(`SELECT id, %[2]s, %[3]s FROM %[1]s
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

// rekeyRow writes the key of a name where it is another, and returns how many it
// wrote: none where the name has changed meanwhile, or another name has the key.
func (r *Repair) rekeyRow(ctx context.Context, d *ent.Directory, t namedTable, row storedName) (_ int, err error) {
	key := schematype.NameKey(row.name)
	if key == row.key {
		return 0, nil
	}
	var n int64
	err = r.db.InTx(ctx, func(ctx context.Context) error {
		result, err := r.db.Client(ctx).ExecContext(ctx, fmt.Sprintf(`UPDATE %[1]s SET %[3]s = $5
  WHERE company_id = $1 AND directory_id = $2 AND id = $3 AND %[2]s = $4
  AND NOT EXISTS (SELECT 1 FROM %[1]s AS o WHERE o.company_id = $1 AND o.directory_id = $2 AND o.%[3]s = $5)`,
			t.table, t.name, t.key), d.CompanyID, d.ID, row.id, row.name, key)
		if err != nil {
			return err
		}
		n, err = result.RowsAffected()
		return err
	})
	if n == 0 && err == nil {
		zerolog.Ctx(ctx).Warn().Stringer("directory", d.ID).Str("of", t.table).Stringer("id", row.id).
			Msg("two names of a directory are one, but for how their letters are composed: rename one of them")
	}
	return int(n), err
}
