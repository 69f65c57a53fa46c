package patch

import (
	"fmt"
	"strings"
	"unicode"
)

// A Type is the scimType of an error, RFC 7644 table 9.
type Type string

// The scimTypes of this package; all go with HTTP status 400.
const (
	InvalidSyntax Type = "invalidSyntax"
	InvalidPath   Type = "invalidPath"
	InvalidFilter Type = "invalidFilter"
	InvalidValue  Type = "invalidValue"
	NoTarget      Type = "noTarget"
	Immutable     Type = "mutability"
)

// An Error says why a request is refused as a whole.
type Error struct {
	Type   Type
	Detail string // names the attribute; safe to return to the client
}

func (e *Error) Error() string { return string(e.Type) + ": " + e.Detail }

func errorf(t Type, format string, args ...any) error {
	return &Error{t, fmt.Sprintf(format, args...)}
}

// A Reason says why a part of a request was ignored.
type Reason string

// The reasons.
const (
	Unknown   Reason = "unknown"   // no such attribute
	ReadOnly  Reason = "readOnly"  // written by the server alone
	NotStored Reason = "notStored" // a password
	NoMatch   Reason = "noMatch"   // the attribute has one value, which its filter does not select
	NotSimple Reason = "notSimple" // an attribute of a custom extension holds simple values or a list of them
)

// Ignored is a part of a request that had no effect, for the record of the
// request.
type Ignored struct {
	Path   string // as the client wrote it, shortened; never a value
	Reason Reason
}

// report collects what is ignored.
type report struct{ ignored []Ignored }

func (r *report) ignore(path string, reason Reason) {
	if len(r.ignored) < maxIgnored {
		r.ignored = append(r.ignored, Ignored{shown(path), reason})
	}
}

// shown is client text fit for a message: short and without control
// characters.
func shown(s string) string {
	const most = 120 // a URN with an attribute fits
	s = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, s)
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
