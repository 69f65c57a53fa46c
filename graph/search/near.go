package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Words of fewer letters have no typos: almost any other such word is one edit
// away. From so many on, a word with a typo may also be the beginning of one.
const (
	minNear       = 4
	minNearPrefix = 6
	maxNear       = 20 // bounds how many edits there are
)

// alphabets are the letters of scripts as fold leaves them, from first to last.
var alphabets = [][2]rune{{'a', 'z'}, {'Α', 'Ω'}, {'А', 'Я'}, {'א', 'ת'}, {'ا', 'ي'}}

// edits returns the words that are one edit away from a folded word: a letter
// more, less, another, or two exchanged. Nil for words that have no typos.
func edits(word string) map[string]bool {
	letters := []rune(word)
	n := len(letters)
	if n < minNear || n > maxNear || strings.ContainsAny(word, "0123456789") {
		return nil
	}
	found := make(map[string]bool, 64*n)
	put := func(pieces ...[]rune) {
		found[string(slices.Concat(pieces...))] = true
	}
	for i := range n {
		put(letters[:i], letters[i+1:])
		if i+1 < n {
			put(letters[:i], []rune{letters[i+1], letters[i]}, letters[i+2:])
		}
	}
	for _, a := range alphabets {
		if letters[0] < a[0] || letters[0] > a[1] {
			continue
		}
		for other := a[0]; other <= a[1]; other++ {
			for i := range n + 1 {
				put(letters[:i], []rune{other}, letters[i:])
				if i < n {
					put(letters[:i], []rune{other}, letters[i+1:])
				}
			}
		}
	}
	delete(found, word)
	return found
}

// NearRanges returns the terms that are one typo away from w, unless w is the
// beginning of them anyway. There are some hundred, most of them empty.
func (w Word) NearRanges() (ranges []Range) {
	spelling := w.Spelling()
	for edit := range w.typos {
		for _, k := range []Kind{Name, Work} {
			r := Range{k, edit, edit + "\x01"} // nothing but the edit itself
			switch {
			case strings.HasPrefix(edit, spelling):
				continue
			case utf8.RuneCountInString(spelling) >= minNearPrefix && !strings.HasPrefix(spelling, edit):
				r = beginning(k, edit)
			}
			ranges = append(ranges, r)
		}
	}
	slices.SortFunc(ranges, func(a, b Range) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), strings.Compare(a.From, b.From))
	})
	return ranges
}

// isNear reports whether a term is in a NearRanges range of w.
func (w Word) isNear(t Term) bool {
	if w.typos == nil || t.Kind != Name && t.Kind != Work {
		return false
	}
	if w.typos[t.Text] {
		return true
	}
	spelling := w.Spelling()
	n := utf8.RuneCountInString(spelling)
	if n < minNearPrefix {
		return false
	}
	at := 0 // runes of the term before i
	for i := range t.Text {
		if at >= n-1 && at <= n+1 && w.typos[t.Text[:i]] && !strings.HasPrefix(spelling, t.Text[:i]) {
			return true
		}
		at++
	}
	return false
}

// Spelling returns w as it is compared.
func (w Word) Spelling() string { return w.spellings[0] }
