package query

import (
	"strings"
	"sync"
	"unicode"

	"github.com/feddir/feddir/ent/schematype"
)

// script is a script with upper and lower case, such as Greek. PostgreSQL searches
// a folding for each character of a value, so a folding of all scripts is slow.
type script struct {
	folding
	others string // a regular expression of the other characters with case, beyond ASCII
}

// foldedByScript folds a text of one script by the folding of that script, and a
// text of several by that of all scripts.
func foldedByScript(x expression) expression {
	pieces := []any{"(CASE"}
	list := scripts()
	for _, s := range list[:len(list)-1] {
		pieces = append(pieces, " WHEN ", x, " !~ ", arg(s.others), " THEN ", s.apply(x))
	}
	return write(append(pieces, " ELSE ", list[len(list)-1].apply(x), " END)")...)
}

// scripts are ASCII alone, the common scripts, and all together.
var scripts = sync.OnceValue(func() []script {
	var changed []rune // by folding, in order
	last := unicode.CaseRanges[len(unicode.CaseRanges)-1].Hi
	for r := rune(unicode.MaxASCII + 1); r <= rune(last); r++ {
		if unicode.SimpleFold(r) != r && schematype.Fold(string(r)) != string(r) {
			changed = append(changed, r)
		}
	}
	list := []script{{others: ranges(changed)}}
	for _, t := range []*unicode.RangeTable{unicode.Latin, unicode.Greek, unicode.Cyrillic, nil} {
		var own, others []rune
		for _, r := range changed {
			if t == nil || unicode.Is(t, r) {
				own = append(own, r)
			} else {
				others = append(others, r)
			}
		}
		list = append(list, script{foldingOf(own), ranges(others)})
	}
	return list
})

// foldingOf returns the folding of characters. It begins with common characters of
// ASCII, unchanged, since PostgreSQL searches it from the start.
func foldingOf(characters []rune) folding {
	const common = " abcdefghijklmnopqrstuvwxyz"
	from := common + string(characters)
	return folding{from, schematype.Fold(from)}
}

// ranges returns a regular expression of characters, which are in order. It may
// include characters between them: these have no case, or their script may be
// folded by all foldings.
func ranges(characters []rune) string {
	const gap = 64
	var b strings.Builder
	b.WriteByte('[')
	for len(characters) > 0 {
		n := 1
		for n < len(characters) && characters[n]-characters[n-1] < gap {
			n++
		}
		b.WriteString(string(characters[0]) + "-" + string(characters[n-1]))
		characters = characters[n:]
	}
	return b.String() + "]"
}
