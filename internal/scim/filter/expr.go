package filter

import (
	"bytes"
	"slices"
	"strings"

	"github.com/feddir/feddir/internal/jsontext"
)

// An Expr is a filter: And, Or, Not, Compare, Present or ValuePath. Its text
// parses to an equal tree.
type Expr interface {
	String() string
	expr()
}

// And holds when both sides hold.
type And struct{ Left, Right Expr }

// Or holds when one side holds. It binds weaker than And.
type Or struct{ Left, Right Expr }

// Not holds when Expr does not.
type Not struct{ Expr Expr }

// Compare holds when the attribute relates to the value; for a multi-valued
// attribute, when one of its values does.
type Compare struct {
	Path  AttributePath
	Op    Op
	Value Value
}

// Present (pr) holds when the attribute has a non-empty value.
type Present struct{ Path AttributePath }

// ValuePath holds when the value of the complex attribute, or one of its
// values, satisfies the whole of Filter, whose paths are names of
// sub-attributes, with or without the URN of their schema. Filter holds no
// further ValuePath.
type ValuePath struct {
	Path   AttributePath
	Filter Expr
}

func (And) expr()       {}
func (Or) expr()        {}
func (Not) expr()       {}
func (Compare) expr()   {}
func (Present) expr()   {}
func (ValuePath) expr() {}

func (e And) String() string {
	return operand(e.Left, false) + " and " + operand(e.Right, true)
}

// operand prints one side of an And. Chains associate to the left, so an And
// on the right was written in parentheses.
func operand(e Expr, right bool) string {
	switch e.(type) {
	case Or:
		return "(" + e.String() + ")"
	case And:
		if right {
			return "(" + e.String() + ")"
		}
	}
	return e.String()
}

func (e Or) String() string {
	if _, ok := e.Right.(Or); ok {
		return e.Left.String() + " or (" + e.Right.String() + ")"
	}
	return e.Left.String() + " or " + e.Right.String()
}

func (e Not) String() string { return "not (" + e.Expr.String() + ")" }
func (e Compare) String() string {
	return e.Path.String() + " " + string(e.Op) + " " + e.Value.String()
}
func (e Present) String() string   { return e.Path.String() + " pr" }
func (e ValuePath) String() string { return e.Path.String() + "[" + e.Filter.String() + "]" }

// An Op is a comparison operator, RFC 7644 table 3, in lower case.
type Op string

// The comparison operators.
const (
	Equal          Op = "eq"
	NotEqual       Op = "ne"
	Contains       Op = "co"
	StartsWith     Op = "sw"
	EndsWith       Op = "ew"
	Greater        Op = "gt"
	GreaterOrEqual Op = "ge"
	Less           Op = "lt"
	LessOrEqual    Op = "le"
)

var operators = []Op{Equal, NotEqual, Contains, StartsWith, EndsWith, Greater, GreaterOrEqual, Less, LessOrEqual}

func parseOp(word string) (Op, bool) {
	op := Op(strings.ToLower(word))
	return op, slices.Contains(operators, op)
}

// A Kind is the JSON type of a literal.
type Kind int

// The kinds of literal.
const (
	String Kind = iota
	Number
	Boolean
	Null
)

// A Value is the literal of a comparison.
type Value struct {
	Kind Kind
	Text string // the string without quotes and escapes; a number exactly as written; true, false or null
}

// Bool reads v as a boolean. Identity providers quote booleans, so the
// strings true and false count in any case; ok is false for all else.
func (v Value) Bool() (value, ok bool) {
	if v.Kind == String || v.Kind == Boolean {
		return Truth(v.Text)
	}
	return false, false
}

// Truth reads the text of a boolean, in any case; ok is false for all else.
func Truth(text string) (value, ok bool) {
	value = strings.EqualFold(text, "true")
	return value, value || strings.EqualFold(text, "false")
}

func (v Value) String() string {
	if v.Kind != String {
		return v.Text
	}
	var b bytes.Buffer
	_ = jsontext.Append(&b, v.Text) // a string into a buffer cannot fail
	return b.String()
}
