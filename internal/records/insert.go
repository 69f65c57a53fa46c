package records

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"entgo.io/ent/dialect"
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/requestrecord"
	"github.com/feddir/feddir/ent/schematype"
)

// rowsAtOnce are the numbers of rows of one insert. There are few, so that the
// statements stay prepared, and none is too long for the statement cache. The
// statements are written here and not by ent, whose mutation for each row costs
// more than the request of the record.
var rowsAtOnce = []int{32, 8, 1}

// inserter inserts rows into a table.
type inserter struct {
	texts map[int]string // the statements by their number of rows
	width int            // of a row
}

// newInserter returns what inserts into some columns of a table; then says what
// is done about a row that is there.
func newInserter(d, table string, columns []string, then string) inserter {
	texts := make(map[int]string, len(rowsAtOnce))
	for _, n := range rowsAtOnce {
		texts[n] = insertText(d, table, columns, n) + then
	}
	return inserter{texts, len(columns)}
}

var recordColumns = []string{
	requestrecord.FieldID, requestrecord.FieldCompanyID, requestrecord.FieldDirectoryID,
	requestrecord.FieldAt, requestrecord.FieldDurationUs, requestrecord.FieldKeyID,
	requestrecord.FieldMethod, requestrecord.FieldRoute, requestrecord.FieldAction, requestrecord.FieldOutcome,
	requestrecord.FieldTargetID, requestrecord.FieldTargetLabel, requestrecord.FieldTargetKey,
	requestrecord.FieldStatus, requestrecord.FieldScimType, requestrecord.FieldDetail,
	requestrecord.FieldRequestID, requestrecord.FieldAddress, requestrecord.FieldAgent,
	requestrecord.FieldChanged, requestrecord.FieldIgnored, requestrecord.FieldRoutine, requestrecord.FieldLostBefore,
}

func insertText(d, table string, columns []string, rows int) string {
	var b strings.Builder
	b.WriteString("INSERT INTO " + table + " (" + strings.Join(columns, ",") + ") VALUES ")
	for i := range rows * len(columns) {
		b.WriteByte("(,"[min(i%len(columns), 1)])
		if d == dialect.Postgres {
			b.WriteString("$" + strconv.Itoa(i+1))
		} else {
			b.WriteByte('?') // SQLite takes a numbered parameter for a name and searches a list for it
		}
		if (i+1)%len(columns) == 0 {
			b.WriteString("),")
		}
	}
	return strings.TrimSuffix(b.String(), ",")
}

// values appends the values of recordColumns.
func (r row) values(to []any) ([]any, error) {
	e := r.entry
	label := schematype.Legible(e.TargetLabel, maxLabel)
	changed, err := list(e.Changed[:min(len(e.Changed), maxChanged)])
	if err != nil {
		return nil, err
	}
	ignored := make([]schematype.Ignored, len(e.Ignored))
	for i, part := range e.Ignored {
		ignored[i] = schematype.Ignored{Path: schematype.Legible(part.Path, maxLabel), Reason: string(part.Reason)}
	}
	ignoredJSON, err := list(ignored)
	if err != nil {
		return nil, err
	}
	return append(to,
		e.id, e.CompanyID, e.DirectoryID,
		e.At, e.Duration.Microseconds(), optionalID(e.KeyID),
		schematype.Legible(e.Method, 16), schematype.Legible(e.Route, maxText), string(e.Action), string(e.Outcome),
		optionalID(e.TargetID), label, schematype.Fold(label),
		e.Status, schematype.Legible(e.SCIMType, 32), schematype.Legible(e.Detail, maxDetail),
		schematype.Legible(e.RequestID, maxText), schematype.Legible(e.Address, maxText), schematype.Legible(e.Agent, maxAgent),
		changed, ignoredJSON, e.routine(), r.lost,
	), nil
}

// list returns a JSON array, which is empty nearly always.
func list[T any](of []T) ([]byte, error) {
	if len(of) == 0 {
		return []byte("[]"), nil
	}
	return json.Marshal(of)
}

func optionalID(id uuid.UUID) any {
	if id == uuid.Nil {
		return nil
	}
	return id
}

// row is a record to insert.
type row struct {
	entry *Entry
	lost  int64 // how many were dropped before it
}

// valued is what a row of a table is made of.
type valued interface {
	// values appends the values of the columns.
	values(to []any) ([]any, error)
}

func insertAll[R valued](ctx context.Context, client *ent.Client, in inserter, rows []R) error {
	for _, n := range rowsAtOnce {
		for len(rows) >= n {
			args, err := make([]any, 0, n*in.width), error(nil)
			for _, r := range rows[:n] {
				if args, err = r.values(args); err != nil {
					return err
				}
			}
			if _, err := client.ExecContext(ctx, in.texts[n], args...); err != nil {
				return err
			}
			rows = rows[n:]
		}
	}
	return nil
}
