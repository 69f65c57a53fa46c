package query

import (
	"strings"
	"unicode"

	"entgo.io/ent/dialect/sql"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/internal/scim/filter"
)

// folding says for PostgreSQL what becomes of characters beyond ASCII. Its own
// lower() goes by the locale of the database and knows nothing but ASCII under
// C, and there is no collation that every server has. So both databases fold
// as package schematype does.
type folding struct{ from, to string }

// of folds ASCII, and beyond it what is in the folding.
func (f folding) of(x expression) expression {
	x = write("lower(", x, ` COLLATE "C")`)
	if f.from == "" {
		return x
	}
	return write("translate(", x, ", ", arg(f.from), ", ", arg(f.to), ")")
}

// foldedKey is text without regard to case.
func foldedKey(s *sql.Selector, x expression) expression {
	if onPostgres(s) {
		return foldedByScript(x)
	}
	return write(entdb.FoldFunction+"(", x, ")")
}

// compareFolded compares text that is stored as it was given without regard to
// case.
func compareFolded(s *sql.Selector, x expression, op filter.Op, v string) *sql.Predicate {
	v = schematype.Fold(v)
	switch {
	case !onPostgres(s):
		return compareText(s, foldedKey(s, x), op, v)
	case op == filter.Equal:
		return compareText(s, bytewise(s, foldingTo(v).of(x)), op, v)
	case op == filter.StartsWith || op == filter.Contains || op == filter.EndsWith:
		return comparePart(s, bytewise(s, foldingTo(v).of(x)), op, arg(v))
	}
	return compareText(s, bytewise(s, foldedKey(s, x)), op, v)
}

// foldingTo has what becomes a character of a folded text. Whatever else a
// value consists of differs from that text folded or not.
func foldingTo(text string) (f folding) {
	for _, r := range text {
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			if other > unicode.MaxASCII && !strings.ContainsRune(f.from, other) {
				f.from, f.to = f.from+string(other), f.to+string(r)
			}
		}
	}
	return f
}
