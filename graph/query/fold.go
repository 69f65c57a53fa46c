package query

import (
	"strings"
	"unicode"

	"entgo.io/ent/dialect/sql"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/internal/scim/filter"
)

// folding maps characters beyond ASCII, for PostgreSQL. Its lower() depends on the
// locale of the database and folds only ASCII under C, and no collation exists on
// every server. So both databases fold as package schematype does.
type folding struct{ from, to string }

// apply folds ASCII and the characters of the folding.
func (f folding) apply(x expression) expression {
	x = write("lower(", x, ` COLLATE "C")`)
	if f.from == "" {
		return x
	}
	return write("translate(", x, ", ", arg(f.from), ", ", arg(f.to), ")")
}

// foldedKey writes a text folded.
func foldedKey(s *sql.Selector, x expression) expression {
	if onPostgres(s) {
		return foldedByScript(x)
	}
	return write(entdb.FoldFunction+"(", x, ")")
}

// compareFolded compares a text, which is stored as it was given, ignoring case.
func compareFolded(s *sql.Selector, x expression, op filter.Op, v string) *sql.Predicate {
	v = schematype.Fold(v)
	switch {
	case !onPostgres(s):
		return compareText(s, foldedKey(s, x), op, v)
	case op == filter.Equal:
		return compareText(s, bytewise(s, foldingTo(v).apply(x)), op, v)
	case op == filter.StartsWith || op == filter.Contains || op == filter.EndsWith:
		return comparePart(s, bytewise(s, foldingTo(v).apply(x)), op, arg(v))
	}
	return compareText(s, bytewise(s, foldedKey(s, x)), op, v)
}

// foldingTo returns the folding of all characters that fold to one of a folded
// text. Other characters differ from that text, folded or not.
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
