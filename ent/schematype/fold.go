package schematype

import (
	"strings"
	"unicode"
)

// Fold returns the key under which s is stored for matching that ignores case.
// Two strings have equal keys exactly when [strings.EqualFold] holds for them.
func Fold(s string) string { return strings.Map(foldRune, s) }

func foldRune(r rune) rune {
	if r < unicode.MaxASCII {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}
	least := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	if least < unicode.MaxASCII { // K (Kelvin sign) and ſ fold to ASCII letters
		return foldRune(least)
	}
	return least
}
