package schematype

import (
	"unicode"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// NameKey returns the key under which a name is unique: names that differ only
// in case, in how their letters are composed, or in the width of letters are
// one (RFC 7644 §5, RFC 8265 §3.3). The name itself is kept as it was given.
func NameKey(s string) string {
	return norm.NFC.String(Fold(norm.NFC.String(width.Fold.String(s))))
}

// SortKeyLength is how many characters of a text lists are ordered by: an entry
// of an index of PostgreSQL has 2,704 bytes, and a character up to four.
const SortKeyLength = 512

// SortKey returns what lists are ordered by: the beginning of a text, folded.
func SortKey(s string) string {
	folded, n := Fold(s), 0
	for i := range folded {
		if n == SortKeyLength {
			return folded[:i]
		}
		n++
	}
	return folded
}

// Blank reports whether nothing of a name is seen: it consists of blanks and of
// characters without width, such as U+200B or a mark that belongs to no letter.
func Blank(s string) bool {
	for _, r := range s {
		switch {
		case unicode.IsSpace(r), !unicode.IsPrint(r), unicode.In(r, unicode.Mn, unicode.Me, unicode.Zs),
			unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r), r == '\u2800': // the Braille pattern without a dot
		default:
			return false
		}
	}
	return true
}
