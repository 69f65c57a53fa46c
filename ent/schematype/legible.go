package schematype

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Legible returns at most n characters of a text, without those that cannot be
// stored or shown.
func Legible(s string, n int) string {
	if len(s) <= n && utf8.ValidString(s) && strings.IndexFunc(s, unicode.IsControl) < 0 {
		return s
	}
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError {
			return -1
		}
		return r
	}, s[:min(len(s), n*utf8.UTFMax)])
	runes := []rune(s)
	return string(runes[:min(len(runes), n)])
}
