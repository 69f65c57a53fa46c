package filter

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// otherwiseQuoted reports whether a word begins or ends with a quotation mark
// other than the double quote that the grammar has, or with one that was
// escaped for something else. Taken for a part of the value it would find
// nobody, or be stored. Within a word an apostrophe is one: O'Malley.
func otherwiseQuoted(word string) bool {
	first, _ := utf8.DecodeRuneInString(word)
	last, _ := utf8.DecodeLastRuneInString(word)
	return IsQuote(first) || IsQuote(last) || first == '\\' || slices.ContainsFunc(escapedQuotes, func(escaped string) bool {
		return strings.HasPrefix(word, escaped) || strings.HasSuffix(word, escaped)
	})
}

var escapedQuotes = []string{"%22", "%27", "&quot;", "&apos;", "&#34;", "&#39;"}

// IsQuote reports whether a character is used as a quotation mark, in print or
// by those who have none on their keyboard.
func IsQuote(r rune) bool {
	return unicode.Is(unicode.Quotation_Mark, r) || strings.ContainsRune("`´′″‵‶❛❜❝❞", r)
}
