package search

import (
	"strings"

	"github.com/feddir/feddir/ent/schematype"
)

// Fit is how a user fits a query.
type Fit struct {
	Score float64 // at most 1; above 0.5 where every word is there as it was written
	Near  bool    // a word is there with a typo only
}

// What a match counts, by the kind of the term.
var weights = [kinds]float64{Name: 1, Login: 0.85, Work: 0.75, Phone: 0.8}

const (
	prefixWeight = 0.8 // of a word that is only the beginning of a term: between this and 1
	nearWeight   = 0.5 // of a user of whom some word is there with a typo only
)

// Person is a user as queries look at it.
type Person struct{ terms []Term }

// NewPerson returns the person that has the attributes.
func NewPerson(a *schematype.UserAttributes) Person { return Person{allTerms(a)} }

// Fit judges how a person fits. Ok is false where some word is not there.
func (q Query) Fit(p Person) (f Fit, ok bool) {
	for _, w := range q.Words {
		best, near := 0.0, true
		for _, t := range p.terms {
			score, typo := w.match(t)
			if score > 0 && (!typo && near || typo == near && score > best) {
				best, near = score, typo
			}
		}
		if best == 0 {
			return Fit{}, false
		}
		f.Score += best / float64(len(q.Words))
		f.Near = f.Near || near
	}
	if f.Near {
		f.Score *= nearWeight
	}
	return f, len(q.Words) > 0
}

// match tells what a term counts for a word; 0 for nothing.
func (w Word) match(t Term) (score float64, near bool) {
	for _, text := range w.beginnings(t.Kind) {
		if strings.HasPrefix(t.Text, text) {
			part := float64(len(text)) / float64(len(t.Text))
			if part < 1 {
				part = prefixWeight + (1-prefixWeight)*part*part
			}
			score = max(score, weights[t.Kind]*part)
		}
	}
	if score > 0 {
		return score, false
	}
	if w.isNear(t) {
		return weights[t.Kind] * prefixWeight, true
	}
	return 0, false
}

// First returns the term under which an index has a person first for a word:
// in the order of [Word.Ranges], and then of [Word.NearRanges]. Typo tells
// that it is of the latter; ok is false where there is none.
func (w Word) First(p Person) (first Term, typo, ok bool) {
	for _, t := range p.terms {
		score, near := w.match(t)
		if score == 0 {
			continue
		}
		earlier := !near && typo || near == typo && (t.Kind < first.Kind || t.Kind == first.Kind && t.Text < first.Text)
		if !ok || earlier {
			first, typo, ok = t, near, true
		}
	}
	return first, typo, ok
}
