package records

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"entgo.io/ent/dialect"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/generated/requestrecord"
	"github.com/feddir/feddir/ent/schematype"
)

// rowsAtOnce are the numbers of rows of one insert. There are few, so that the
// statements stay prepared, and none is too long for the statement cache. The
// statements are written here and not by ent, whose mutation for each row costs
// more than the request of the record.
var rowsAtOnce = []int{32, 8, 1}

// insertTexts returns the statements by their number of rows.
func insertTexts(d string) map[int]string {
	texts := make(map[int]string, len(rowsAtOnce))
	for _, n := range rowsAtOnce {
		texts[n] = insertText(d, n)
	}
	return texts
}

var insertColumns = []string{
	requestrecord.FieldID, requestrecord.FieldCompanyID, requestrecord.FieldDirectoryID,
	requestrecord.FieldAt, requestrecord.FieldDurationUs, requestrecord.FieldKeyID,
	requestrecord.FieldMethod, requestrecord.FieldRoute, requestrecord.FieldAction, requestrecord.FieldOutcome,
	requestrecord.FieldTargetID, requestrecord.FieldTargetLabel, requestrecord.FieldTargetKey,
	requestrecord.FieldStatus, requestrecord.FieldScimType, requestrecord.FieldDetail,
	requestrecord.FieldRequestID, requestrecord.FieldAddress, requestrecord.FieldAgent,
	requestrecord.FieldChanged, requestrecord.FieldIgnored, requestrecord.FieldRoutine, requestrecord.FieldLostBefore,
}

func insertText(d string, rows int) string {
	var b strings.Builder
	b.WriteString("INSERT INTO " + requestrecord.Table + " (" + strings.Join(insertColumns, ",") + ") VALUES ")
	for i := range rows * len(insertColumns) {
		b.WriteByte("(,"[min(i%len(insertColumns), 1)])
		if d == dialect.Postgres {
			b.WriteString("$" + strconv.Itoa(i+1))
		} else {
			b.WriteByte('?') // SQLite takes a numbered parameter for a name and searches a list for it
		}
		if (i+1)%len(insertColumns) == 0 {
			b.WriteString("),")
		}
	}
	return strings.TrimSuffix(b.String(), ",")
}

// values appends the values of insertColumns. lost is how many records were
// dropped before this one.
func (e *Entry) values(to []any, lost int64) ([]any, error) {
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
		changed, ignoredJSON, e.routine(), lost,
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

func (w *Writer) insert(ctx context.Context, rows []row) error {
	client := w.db.Client(ctx)
	for _, n := range rowsAtOnce {
		for len(rows) >= n {
			args, err := make([]any, 0, n*len(insertColumns)), error(nil)
			for _, r := range rows[:n] {
				if args, err = r.entry.values(args, r.lost); err != nil {
					return err
				}
			}
			if _, err := client.ExecContext(ctx, w.texts[n], args...); err != nil {
				return err
			}
			rows = rows[n:]
		}
	}
	return nil
}
