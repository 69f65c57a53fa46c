package query

import (
	"strconv"

	"entgo.io/ent/dialect/sql"
)

// sortKey is the text that rows are sorted by, byte by byte.
type sortKey struct {
	sql      func(s *sql.Selector) expression
	required bool // it is never NULL
}

// of returns the SQL of a key. A key that may be NULL is marked, so that on both
// databases NULL is greater than any text and can be compared.
func (k sortKey) of(s *sql.Selector) sql.Querier {
	x := k.sql(s)
	if !k.required {
		x = bytewise(s, write("COALESCE('=' || ", x, ", '>')"))
		x = write("(", x, ")")
	}
	return sql.ExprFunc(x)
}

// maxKey is how many characters of a value count for the order of a list, so that
// seek keys are short.
const maxKey = 512

// key is the text, folded unless the attribute is caseExact.
func (x text) key(s *sql.Selector, row string) expression {
	of := x.sql(s, row)
	if !x.folded && !x.exact {
		of = foldedKey(s, of)
	}
	of = write("substr(", of, ", 1, "+strconv.Itoa(maxKey)+")")
	if x.notNullColumn != "" {
		return write("(CASE WHEN "+s.C(x.notNullColumn)+" IS NOT NULL THEN ", of, " END)")
	}
	return of
}

func (x instant) key(s *sql.Selector, _ string) expression {
	if onPostgres(s) {
		return raw("to_char(" + s.C(string(x)) + " AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS')")
	}
	return raw(castText(s.C(string(x))))
}
