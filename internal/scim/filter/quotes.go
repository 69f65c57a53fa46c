package filter

import (
	"html"
	"net/url"
	"regexp"
	"strings"
	"unicode"
)

// Unquote removes quotation marks from both ends of a text: others than the
// double quote that the grammar has, and those that were escaped for something
// else, &quot; or %22. Taken for a part of the value they would find nobody, or
// be stored. quoted reports whether there were any. Within a text an apostrophe
// is one: O'Malley.
func Unquote(text string) (inner string, quoted bool) {
	decoded := unescape(text)
	inner = strings.TrimFunc(strings.TrimPrefix(decoded, `\`), isQuote)
	return inner, inner != decoded
}

// isQuote reports whether a character is used as a quotation mark, in print or
// by those who have none on their keyboard.
func isQuote(r rune) bool {
	return unicode.Is(unicode.Quotation_Mark, r) || strings.ContainsRune("`´′″‵‶❛❜❝❞ʹʺʻʼʽˊˋ˝ˮ՚׳״", r)
}

var percentEncoded = regexp.MustCompile(`(%[0-9A-Fa-f]{2})+`)

// unescape takes the escapes of URLs and of HTML for what they stand for, also
// where they were escaped again.
func unescape(text string) string {
	for range 2 {
		if !strings.ContainsAny(text, "%&") {
			return text
		}
		text = percentEncoded.ReplaceAllStringFunc(html.UnescapeString(text), func(s string) string {
			decoded, _ := url.PathUnescape(s)
			return decoded
		})
	}
	return text
}
