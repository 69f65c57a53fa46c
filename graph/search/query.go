package search

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/feddir/feddir/ent/schematype"
)

// The longest query, in characters, and the most words of one.
const (
	MaxQuery = 200
	MaxWords = 8
)

// Query is what is looked for: people of whom each word is. The zero value,
// and a query without words, finds nobody.
type Query struct{ Words []Word }

// Word is one word of a query.
type Word struct {
	spellings []string        // as fold returns them
	login     bool            // an address: what begins user names and e-mail addresses, and nothing else
	digits    []string        // what begins the forms of phone numbers, where it may be one
	typos     map[string]bool // what it may be instead: see Query.WithTypos
}

// Parse reads a query. Everything is text: no character has a meaning of its
// own. Ok is false where the query is longer than it may be.
func Parse(query string) (q Query, ok bool) {
	if utf8.RuneCountInString(query) > MaxQuery {
		return q, false
	}
	if digits := phoneQuery(query); digits != nil {
		return Query{[]Word{{spellings: fold(onlyDigits(query)), digits: digits}}}, true
	}
	seen := make(map[string]bool)
	for _, field := range strings.FieldsFunc(query, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		for _, w := range wordsOf(field) {
			if key := w.spellings[0]; !seen[key] {
				seen[key] = true
				q.Words = append(q.Words, w)
			}
		}
	}
	return q, len(q.Words) <= MaxWords
}

// WithTypos returns the query that also finds people of whom words are there
// with a typo.
func (q Query) WithTypos() Query {
	words := make([]Word, len(q.Words))
	for i, w := range q.Words {
		words[i] = w
		if !w.login {
			words[i].typos = edits(w.Spelling())
		}
	}
	return Query{words}
}

// wordsOf returns the words of a query's piece between spaces.
func wordsOf(field string) (words []Word) {
	found := tokens(field)
	if len(found) == 0 {
		return nil
	}
	if trimmed := field[found[0].start:found[len(found)-1].end]; strings.ContainsAny(trimmed, "@._") {
		return []Word{{spellings: []string{schematype.Fold(trimmed)}, login: true}}
	}
	for _, t := range found {
		w := Word{spellings: fold(t.word)}
		if w.spellings[0] == "" {
			continue
		}
		if onlyDigits(t.word) == t.word {
			w.digits = phoneQuery(t.word)
		}
		words = append(words, w)
	}
	return words
}

// phoneQuery returns what begins the forms of the phone numbers that a text may
// be a piece of, or nothing where it is no such piece.
func phoneQuery(text string) []string {
	if strings.Trim(text, "+0123456789()/.- \u00a0\u2011\u2013") != "" {
		return nil
	}
	digits, _ := phoneDigits(text)
	if len(digits) < minDigits {
		return nil
	}
	return []string{digits, ending + reversed(digits)}
}

// Range is an interval of the terms of a kind: From, and what follows it up to
// Before, which is not in it.
type Range struct {
	Kind         Kind
	From, Before string
}

// last comes after every character that a term may have.
const last = "\U0010FFFF"

// beginning is the terms of a kind that begin with text.
func beginning(k Kind, text string) Range { return Range{k, text, text + last} }

// Ranges returns the terms that w is the beginning of, in the order of their
// kinds and then by text.
func (w Word) Ranges() (ranges []Range) {
	for k := range kinds {
		for _, text := range w.beginnings(k) {
			ranges = append(ranges, beginning(k, text))
		}
	}
	return ranges
}

// beginnings are what the terms of a kind that w finds begin with, in order.
func (w Word) beginnings(k Kind) []string {
	switch {
	case k == Phone:
		return w.digits
	case k != Login && w.login:
		return nil
	}
	return w.spellings
}

// HasTypos reports whether a word may be there with a typo.
func (q Query) HasTypos() bool {
	return slices.ContainsFunc(q.Words, func(w Word) bool { return len(w.typos) > 0 })
}
