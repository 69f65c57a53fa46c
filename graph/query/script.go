package query

import (
	"strings"
	"sync"
	"unicode"

	"github.com/feddir/feddir/ent/schematype"
)

// script is a writing with upper and lower case. PostgreSQL looks through a
// folding for each character of a value, so one that has all scripts is slow.
type script struct {
	folding
	others string // a regular expression of what else has case, beyond ASCII
}

// foldedByScript folds a text of one script by that script, and a text of
// several by all of them.
func foldedByScript(x expression) expression {
	pieces := []any{"(CASE"}
	list := scripts()
	for _, s := range list[:len(list)-1] {
		pieces = append(pieces, " WHEN ", x, " !~ ", arg(s.others), " THEN ", s.of(x))
	}
	return write(append(pieces, " ELSE ", list[len(list)-1].of(x), " END)")...)
}

// scripts are none but ASCII, the common ones, and all together.
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

// foldingOf has the characters, and before them those of ASCII that stand
// between them most often, as they are.
func foldingOf(characters []rune) folding {
	const common = " abcdefghijklmnopqrstuvwxyz"
	from := common + string(characters)
	return folding{from, schematype.Fold(from)}
}

// ranges is a regular expression of characters, which are in order, and some
// between them that have no case or are of a script that does not mind.
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
