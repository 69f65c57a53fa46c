package search

import (
	"slices"
	"strings"

	"github.com/feddir/feddir/ent/schematype"
)

// Kind says what of a user a term is of. People are ranked in the order of the kinds.
type Kind uint8

// The kinds of terms.
const (
	Name  Kind = iota // a word of a name
	Login             // the user name, or an e-mail address: whole, and folded as filters fold it
	Work              // a word of the title or department
	Phone             // the digits of a phone number
	kinds
)

// Term is one thing that a user is found by.
type Term struct {
	Kind Kind
	Text string
}

// The most terms of a user that are kept of a kind, so that nobody's row costs
// more than it may.
const (
	maxWords  = 16
	maxPhones = 8
)

// Terms returns the terms of a user, each once. E-mail addresses are left out:
// filters have an index of them already.
func Terms(a *schematype.UserAttributes) []Term {
	terms := words(nil, Name, nameTexts(a)...)
	if len(terms) == 0 {
		local, _, _ := strings.Cut(a.UserName, "@")
		terms = words(terms, Name, local)
	}
	terms = words(terms, Work, text(a.Title), text(a.Department))
	if login := schematype.Fold(a.UserName); !hasEmail(a, login) {
		terms = append(terms, Term{Login, login})
	}
	for _, n := range a.PhoneNumbers[:min(len(a.PhoneNumbers), maxPhones)] {
		for _, digits := range phoneForms(text(n.Value)) {
			terms = add(terms, Term{Phone, digits})
		}
	}
	return terms
}

// allTerms returns the terms of a user with the e-mail addresses.
func allTerms(a *schematype.UserAttributes) []Term {
	terms := Terms(a)
	for _, e := range a.Emails {
		if e.Value != nil {
			terms = append(terms, Term{Login, schematype.Fold(*e.Value)})
		}
	}
	return terms
}

// nameTexts are the texts that hold names.
func nameTexts(a *schematype.UserAttributes) []string {
	texts := []string{text(a.DisplayName)}
	if n := a.Name; n != nil {
		texts = append(texts, text(n.GivenName), text(n.FamilyName), text(n.MiddleName), text(n.Formatted))
	}
	return append(texts, text(a.NickName))
}

// words adds the words of the texts.
func words(terms []Term, k Kind, texts ...string) []Term {
	most := len(terms) + maxWords
	for _, t := range texts {
		for _, token := range tokens(t) {
			for _, spelling := range fold(token.word) {
				if len(terms) == most {
					return terms
				}
				terms = add(terms, Term{k, spelling})
			}
		}
	}
	return terms
}

func add(terms []Term, t Term) []Term {
	if t.Text == "" || slices.Contains(terms, t) {
		return terms
	}
	return append(terms, t)
}

func hasEmail(a *schematype.UserAttributes, folded string) bool {
	return slices.ContainsFunc(a.Emails, func(e schematype.MultiValue) bool { return e.Value != nil && schematype.Fold(*e.Value) == folded })
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
