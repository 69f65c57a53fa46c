package entdb

import (
	"database/sql/driver"

	"modernc.org/sqlite"

	"github.com/feddir/feddir/ent/schematype"
)

// FoldFunction is the SQL function that folds text on SQLite, whose own
// lower() knows only ASCII.
const FoldFunction = "feddir_fold"

func init() {
	sqlite.MustRegisterDeterministicScalarFunction(FoldFunction, 1, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		if s, ok := args[0].(string); ok {
			return schematype.Fold(s), nil
		}
		return args[0], nil
	})
}
