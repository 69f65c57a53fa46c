package search

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/feddir/feddir/ent/schematype"
)

// Field is an attribute in which people are found.
type Field string

// The fields, in the order in which highlights tell of them.
const (
	DisplayName   Field = "DISPLAY_NAME"
	GivenName     Field = "GIVEN_NAME"
	FamilyName    Field = "FAMILY_NAME"
	MiddleName    Field = "MIDDLE_NAME"
	FormattedName Field = "FORMATTED_NAME"
	NickName      Field = "NICK_NAME"
	UserName      Field = "USER_NAME"
	Email         Field = "EMAIL"
	Title         Field = "TITLE"
	Department    Field = "DEPARTMENT"
	PhoneNumber   Field = "PHONE_NUMBER"
)

// Highlight is a value that words of a query are in.
type Highlight struct {
	Field Field
	// Parts are the value in pieces: every second one is what a word stands
	// for, the first one is what comes before it and may be empty.
	Parts []string
}

// maxHighlights bounds what is told of one user.
const maxHighlights = 16

// Highlights tells where in a user's attributes the words of the query are.
func (q Query) Highlights(a *schematype.UserAttributes) (found []Highlight) {
	look := func(f Field, k Kind, value *string) {
		if value == nil || len(found) == maxHighlights {
			return
		}
		var marks []mark
		for _, w := range q.Words {
			marks = append(marks, w.marks(k, *value)...)
		}
		if len(marks) > 0 {
			found = append(found, Highlight{f, cut(*value, marks)})
		}
	}
	look(DisplayName, Name, a.DisplayName)
	if n := a.Name; n != nil {
		look(GivenName, Name, n.GivenName)
		look(FamilyName, Name, n.FamilyName)
		look(MiddleName, Name, n.MiddleName)
		look(FormattedName, Name, n.Formatted)
	}
	look(NickName, Name, a.NickName)
	look(UserName, Login, &a.UserName)
	for _, e := range a.Emails {
		look(Email, Login, e.Value)
	}
	look(Title, Work, a.Title)
	look(Department, Work, a.Department)
	for _, n := range a.PhoneNumbers {
		look(PhoneNumber, Phone, n.Value)
	}
	if len(found) == 0 { // who has no name is found by the words of the user name
		look(UserName, Name, &a.UserName)
	}
	return found
}

// mark is a piece of a value, in bytes.
type mark struct{ start, end int }

// marks returns where w is in a value of a kind.
func (w Word) marks(k Kind, value string) (marks []mark) {
	switch k {
	case Phone:
		return w.phoneMarks(value)
	case Login:
		return w.loginMarks(value)
	}
	if w.login {
		return nil
	}
	for _, t := range tokens(value) {
		if end := w.end(k, t); end > t.start {
			marks = append(marks, mark{t.start, end})
		}
	}
	return marks
}

// end returns where in a token what stands for w ends; 0 where it is not there.
func (w Word) end(k Kind, t token) int {
	spellings := fold(t.word)
	for i, spelling := range spellings {
		for _, text := range w.spellings {
			if strings.HasPrefix(spelling, text) {
				return t.prefixEnd(len(text), i > 0)
			}
		}
	}
	for _, spelling := range spellings {
		if w.isNear(Term{k, spelling}) {
			return t.end
		}
	}
	return 0
}

// loginMarks looks at a user name or e-mail address, which w is the beginning of.
// Folded, each character is one again.
func (w Word) loginMarks(value string) []mark {
	folded := schematype.Fold(value)
	for _, text := range w.spellings {
		if strings.HasPrefix(folded, text) {
			end := 0
			for range utf8.RuneCountInString(text) {
				_, size := utf8.DecodeRuneInString(value[end:])
				end += size
			}
			return []mark{{0, end}}
		}
	}
	return nil
}

// phoneMarks marks the digits that w stands for, with what is between them.
func (w Word) phoneMarks(value string) []mark {
	for _, form := range phoneForms(value) {
		for _, digits := range w.digits {
			if !strings.HasPrefix(form, digits) {
				continue
			}
			if plain, reversedOnes := strings.CutPrefix(digits, ending); reversedOnes {
				return []mark{digitSpan(value, reversed(plain))}
			}
			return []mark{digitSpan(value, digits)}
		}
	}
	return nil
}

// digitSpan returns where digits are the last time in a value, whatever is
// between them.
func digitSpan(value, digits string) mark {
	at, places := strings.LastIndex(onlyDigits(value), digits), []int{}
	for i := range len(value) {
		if '0' <= value[i] && value[i] <= '9' {
			places = append(places, i)
		}
	}
	if at < 0 { // "(0)" is among them
		return mark{0, len(value)}
	}
	return mark{places[at], places[at+len(digits)-1] + 1}
}

// cut cuts a value at the marks, which may overlap.
func cut(value string, marks []mark) (parts []string) {
	slices.SortFunc(marks, func(a, b mark) int { return a.start - b.start })
	at := 0
	for i := 0; i < len(marks); {
		m := marks[i]
		for i++; i < len(marks) && marks[i].start <= m.end; i++ {
			m.end = max(m.end, marks[i].end)
		}
		parts = append(parts, value[at:m.start], value[m.start:m.end])
		at = m.end
	}
	return append(parts, value[at:])
}
