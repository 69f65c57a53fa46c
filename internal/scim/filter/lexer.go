package filter

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/feddir/feddir/internal/jsontext"
)

// An Error says why a filter or path cannot be read. It repeats at most a few
// characters of the input and is safe to return to the client.
type Error struct {
	Position int // byte offset into the input
	Reason   string
}

func (e *Error) Error() string {
	return fmt.Sprintf("position %d: %s", e.Position, e.Reason)
}

// kind of a token: one of ( ) [ ] stands for itself.
const (
	end    = 0
	word   = 'w'
	quoted = '"'
)

type token struct {
	kind byte
	text string // a word as written, a quoted string decoded
	pos  int
}

// shown is the token as an error message may repeat it.
func (t token) shown() string {
	switch t.kind {
	case end:
		return "the end"
	case word, quoted:
		const most = 24
		if r := []rune(t.text); len(r) > most {
			return fmt.Sprintf("%q…", string(r[:most]))
		}
		return fmt.Sprintf("%q", t.text)
	}
	return fmt.Sprintf("%q", t.kind)
}

type lexer struct {
	input string
	pos   int
}

const (
	space     = " \t\r\n"
	delimiter = space + `()[]"`
)

func (l *lexer) next() (token, error) {
	l.pos = len(l.input) - len(strings.TrimLeft(l.input[l.pos:], space))
	start := l.pos
	if start == len(l.input) {
		return token{kind: end, pos: start}, nil
	}
	switch c := l.input[start]; c {
	case '(', ')', '[', ']':
		l.pos++
		return token{kind: c, pos: start}, nil
	case '"':
		return l.quoted()
	}
	length := strings.IndexAny(l.input[start:], delimiter)
	if length < 0 {
		length = len(l.input) - start
	}
	l.pos += length
	return token{kind: word, text: l.input[start:l.pos], pos: start}, nil
}

// quoted reads a JSON string.
func (l *lexer) quoted() (token, error) {
	start := l.pos
	for i := start + 1; i < len(l.input); i++ {
		switch l.input[i] {
		case '\\':
			i++
		case '"':
			l.pos = i + 1
			t := token{kind: quoted, pos: start}
			if jsontext.HalfCharacter(l.input[start:l.pos]) {
				return token{}, &Error{start, "a string has half a character"}
			}
			if err := json.Unmarshal([]byte(l.input[start:l.pos]), &t.text); err != nil {
				return token{}, &Error{start, "a string must be written as in JSON"}
			}
			return t, nil
		}
	}
	return token{}, &Error{start, "a string does not end"}
}

// checkText refuses what is too long or no text at all before it is read.
func checkText(input string) error {
	if len(input) > MaxLength {
		return &Error{MaxLength, fmt.Sprintf("longer than %d bytes", MaxLength)}
	}
	if !utf8.ValidString(input) {
		return &Error{0, "not valid UTF-8"}
	}
	return nil
}

// isNumber reports whether a word is a JSON number.
func isNumber(s string) bool {
	return (s[0] == '-' || '0' <= s[0] && s[0] <= '9') && json.Valid([]byte(s))
}
