package tenantguard

import (
	"errors"
	"strconv"
	"strings"
)

// kind is what a token is to the analysis.
type kind uint8

const (
	end    kind = iota
	word        // unquoted identifier or keyword, folded to lower case
	quoted      // quoted identifier, folded to lower case
	text        // string literal
	number      //
	param       // $1 or ?
	sign        // one punctuation character
)

type token struct {
	kind kind
	text string // of words, quoted identifiers and signs
	bind int    // index of the argument a param stands for
}

// errUnknown means that the analysis does not understand a text.
var errUnknown = errors.New("the statement is not understood")

// maxLength is the longest text that is analyzed, in bytes. It is three times that
// of a bulk insert with as many binds as PostgreSQL allows.
const maxLength = 2 << 20

// tokenize splits a statement. It refuses what could hide the name of a table and
// is never written by ent: comments, escaped and dollar-quoted strings, named
// parameters, bracketed identifiers.
func tokenize(query string) ([]token, error) {
	if len(query) > maxLength {
		return nil, errUnknown
	}
	l := lexer{query: query, tokens: make([]token, 0, len(query)/4+8)}
	for l.skipSpace(); l.at < len(query); l.skipSpace() {
		if err := l.next(); err != nil {
			return nil, err
		}
	}
	return l.tokens, l.settle()
}

type lexer struct {
	query  string
	at     int
	tokens []token
	marks  int // ? seen
	dollar int // $n seen
}

func (l *lexer) skipSpace() {
	for l.at < len(l.query) && strings.IndexByte(" \t\r\n", l.query[l.at]) >= 0 {
		l.at++
	}
}

func (l *lexer) peek(n int) byte {
	if l.at+n < len(l.query) {
		return l.query[l.at+n]
	}
	return 0
}

func (l *lexer) add(t token) { l.tokens = append(l.tokens, t) }

func (l *lexer) next() error {
	switch c := l.peek(0); {
	case isLetter(c):
		return l.word()
	case isDigit(c):
		start := l.at
		for isDigit(l.peek(0)) || isLetter(l.peek(0)) || l.peek(0) == '.' {
			l.at++
		}
		l.add(token{kind: number, text: l.query[start:l.at]})
		return nil
	case c == '"' || c == '`':
		return l.delimited(c, quoted)
	case c == '\'':
		return l.delimited(c, text)
	case c == '$':
		return l.numbered()
	case c == '?':
		if isDigit(l.peek(1)) {
			return errUnknown
		}
		l.marks++
		l.at++
		l.add(token{kind: param, text: "?", bind: l.marks - 1})
		return nil
	}
	return l.sign()
}

func (l *lexer) word() error {
	start := l.at
	for isLetter(l.peek(0)) || isDigit(l.peek(0)) || l.peek(0) == '$' {
		l.at++
	}
	w := strings.ToLower(l.query[start:l.at])
	// E'…' has backslash escapes, U&'…' and U&"…" others; N, B and X have none
	// but nobody needs them.
	if next := l.peek(0); next == '\'' || next == '"' || next == '`' || (w == "u" && next == '&') {
		return errUnknown
	}
	l.add(token{kind: word, text: w})
	return nil
}

// delimited reads to the closing delimiter; a doubled one stands for itself.
func (l *lexer) delimited(by byte, k kind) error {
	start := l.at + 1
	for l.at = start; ; l.at++ {
		i := strings.IndexByte(l.query[l.at:], by)
		if i < 0 {
			return errUnknown
		}
		if l.at += i; l.peek(1) != by {
			break
		}
		l.at++
	}
	s := l.query[start:l.at]
	l.at++
	if k == text {
		s = ""
	}
	l.add(token{kind: k, text: strings.ToLower(s)})
	return nil
}

// numbered reads $n; anything else after a dollar is a quote or a name.
func (l *lexer) numbered() error {
	start := l.at + 1
	for l.at++; isDigit(l.peek(0)); l.at++ {
	}
	n, err := strconv.Atoi(l.query[start:l.at])
	if err != nil || n < 1 || isLetter(l.peek(0)) || l.peek(0) == '$' {
		return errUnknown
	}
	l.dollar++
	l.add(token{kind: param, text: "$", bind: n - 1})
	return nil
}

const signs = "()[],.;=<>!+-*/%|&~^@#:"

func (l *lexer) sign() error {
	c, next := l.peek(0), l.peek(1)
	comment := c == '-' && next == '-' || c == '/' && next == '*'
	bracket := c == '[' && next != ']'
	named := (c == ':' || c == '@' || c == '#') && (isLetter(next) || isDigit(next)) && (l.at == 0 || l.query[l.at-1] != ':')
	if comment || bracket || named || strings.IndexByte(signs, c) < 0 {
		return errUnknown
	}
	l.at++
	l.add(token{kind: sign, text: l.query[l.at-1 : l.at]})
	return nil
}

// settle decides what a question mark is: PostgreSQL's operator if the statement
// has numbered parameters, else SQLite's parameter.
func (l *lexer) settle() error {
	if l.dollar == 0 || l.marks == 0 {
		return nil
	}
	for i := range l.tokens {
		if t := &l.tokens[i]; t.kind == param && t.text == "?" {
			*t = token{kind: sign, text: "?"}
		}
	}
	return nil
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isLetter(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c >= 0x80
}
