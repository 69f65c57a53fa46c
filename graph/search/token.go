package search

import (
	"unicode"
	"unicode/utf8"
)

// token is a word of a text and where in the text it is, in bytes.
type token struct {
	word       string
	start, end int
}

// tokens returns the words of a text: what is between anything that is no
// letter, digit or apostrophe.
func tokens(text string) (found []token) {
	start := -1
	for i, r := range text {
		inside := unicode.IsLetter(r) || unicode.IsDigit(r) || start >= 0 && (unicode.IsMark(r) || isApostrophe(r))
		switch {
		case inside && start < 0:
			start = i
		case !inside && start >= 0:
			found = append(found, newToken(text, start, i))
			start = -1
		}
	}
	if start >= 0 {
		found = append(found, newToken(text, start, len(text)))
	}
	return found
}

// newToken leaves out apostrophes at the end, which are quotation marks.
func newToken(text string, start, end int) token {
	for {
		r, size := utf8.DecodeLastRuneInString(text[start:end])
		if !isApostrophe(r) {
			return token{text[start:end], start, end}
		}
		end -= size
	}
}

func isApostrophe(r rune) bool {
	return r == '\'' || r == '’' || r == '‘' || r == 'ʼ' || r == '´' || r == '`'
}

// prefixEnd returns where in the text ends what is spelled by the first n bytes
// of the token's spelling.
func (t token) prefixEnd(n int, writtenOut bool) int {
	var folded []byte
	for i, r := range t.word {
		before := len(folded)
		if !isApostrophe(r) {
			folded = appendFolded(folded, r, writtenOut)
		}
		if before >= n && len(folded) > before {
			return t.start + i
		}
	}
	return t.end
}
