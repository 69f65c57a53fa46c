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

// rowsAtOnce are the numbers of rows that one statement inserts, so that few
// different texts are prepared, and none that is too long to be kept. They are
// written by hand: ent builds a mutation for each row, which cost more than
// the request that the row is about.
var rowsAtOnce = []int{32, 8, 1}

// insertTexts are the statements by their number of rows.
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
			b.WriteByte('?') // a number would be a name to SQLite, which it looks for in a list
		}
		if (i+1)%len(insertColumns) == 0 {
			b.WriteString("),")
		}
	}
	return strings.TrimSuffix(b.String(), ",")
}

// values are those of insertColumns. Lost is how many records are missing
// before this one.
func (e *Entry) values(to []any, lost int64) ([]any, error) {
	label := text(e.TargetLabel, maxLabel)
	changed, err := list(e.Changed[:min(len(e.Changed), maxChanged)])
	if err != nil {
		return nil, err
	}
	ignored := make([]schematype.Ignored, len(e.Ignored))
	for i, part := range e.Ignored {
		ignored[i] = schematype.Ignored{Path: text(part.Path, maxLabel), Reason: string(part.Reason)}
	}
	overlooked, err := list(ignored)
	if err != nil {
		return nil, err
	}
	return append(to,
		e.id, e.CompanyID, e.DirectoryID,
		e.At, e.Duration.Microseconds(), orNull(e.KeyID),
		text(e.Method, 16), text(e.Route, maxText), string(e.Action), string(e.Outcome),
		orNull(e.TargetID), label, schematype.Fold(label),
		e.Status, text(e.SCIMType, 32), text(e.Detail, maxDetail),
		text(e.RequestID, maxText), text(e.Address, maxText), text(e.Agent, maxAgent),
		changed, overlooked, e.routine(), lost,
	), nil
}

// list is a JSON array; nearly always it is empty.
func list[T any](of []T) ([]byte, error) {
	if len(of) == 0 {
		return []byte("[]"), nil
	}
	return json.Marshal(of)
}

func orNull(id uuid.UUID) any {
	if id == uuid.Nil {
		return nil
	}
	return id
}

// row is a record that is going to be inserted.
type row struct {
	entry *Entry
	lost  int64 // how many are missing before it
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
