package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/feddir/feddir/ent/schematype"
)

// diaeresis is the combining mark that German writes as an e where it has no
// other way: Müller, Mueller.
const diaeresis = '\u0308'

// plain are letters whose plain spelling no decomposition tells: as it is
// mostly written, and as it is written out where that is another.
var plain = map[rune][2]string{
	'ß': {"ss", "ss"}, 'ẞ': {"ss", "ss"}, 'æ': {"ae", "ae"}, 'Æ': {"ae", "ae"}, 'œ': {"oe", "oe"}, 'Œ': {"oe", "oe"},
	'ø': {"o", "oe"}, 'Ø': {"o", "oe"}, 'å': {"a", "aa"}, 'Å': {"a", "aa"}, 'đ': {"d", "d"}, 'Đ': {"d", "d"},
	'ð': {"d", "d"}, 'Ð': {"d", "d"}, 'þ': {"th", "th"}, 'Þ': {"th", "th"}, 'ł': {"l", "l"}, 'Ł': {"l", "l"},
	'ħ': {"h", "h"}, 'Ħ': {"h", "h"}, 'ı': {"i", "i"}, 'ŋ': {"n", "n"}, 'Ŋ': {"n", "n"},
}

// appendFolded appends what r is compared as: without case and accents. Written
// out, an umlaut is followed by an e.
func appendFolded(dst []byte, r rune, writtenOut bool) []byte {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return append(dst, byte(r))
	}
	if s, ok := plain[r]; ok {
		if writtenOut {
			return append(dst, s[1]...)
		}
		return append(dst, s[0]...)
	}
	for _, d := range norm.NFKD.String(string(r)) {
		switch {
		case d == diaeresis && writtenOut && len(dst) > 0 && strings.IndexByte("aou", dst[len(dst)-1]) >= 0:
			dst = append(dst, 'e')
		case unicode.Is(unicode.Mn, d):
		default:
			dst = append(dst, schematype.Fold(string(d))...)
		}
	}
	return dst
}

// fold returns the spellings under which a word is found: one, or two where it
// can be written out.
func fold(word string) []string {
	spelling := clip(appendWord(nil, word, false))
	if isASCII(word) {
		return []string{string(spelling)}
	}
	if out := clip(appendWord(nil, word, true)); string(out) != string(spelling) {
		return []string{string(spelling), string(out)}
	}
	return []string{string(spelling)}
}

func appendWord(dst []byte, word string, writtenOut bool) []byte {
	for _, r := range word {
		if !isApostrophe(r) {
			dst = appendFolded(dst, r, writtenOut)
		}
	}
	return dst
}

// maxTerm is the longest term, in bytes. What is longer is cut there, in the
// index and in queries alike.
const maxTerm = 64

func clip(term []byte) []byte {
	if len(term) <= maxTerm {
		return term
	}
	n := maxTerm
	for !utf8.RuneStart(term[n]) {
		n--
	}
	return term[:n]
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
