package query

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/feddir/feddir/internal/scim/filter"
	"github.com/feddir/feddir/internal/scim/schema"
)

// operand is the literal of a comparison, parsed by the type of the attribute.
type operand struct {
	kind   filter.Kind
	text   string
	truth  bool      // of booleans
	number any       // int64 or float64, of numbers
	at     time.Time // of dateTimes, in UTC
}

var ordered = []filter.Op{filter.Equal, filter.Greater, filter.GreaterOrEqual, filter.Less, filter.LessOrEqual}

// operandOf parses the literal that an attribute is compared with. It fails for
// comparisons without a meaning in RFC 7644 §3.4.2.2: orders of booleans and
// binary values, parts of values that are not text, and all comparisons with null
// except equality.
func operandOf(a schema.Attribute, op filter.Op, v filter.Value) (o operand, err error) {
	o = operand{kind: v.Kind, text: v.Text}
	if v.Kind == filter.Null {
		return o, errorf("%s is compared with null by eq or ne", a.Name)
	}
	if strings.Contains(v.Text, "\x00") { // PostgreSQL has no such text
		return o, errorf("%s cannot contain the character U+0000", a.Name)
	}
	ok := true
	switch a.Type {
	case schema.Boolean:
		if o.truth, ok = v.Bool(); !ok || op != filter.Equal {
			return o, errorf("%s is compared with eq or ne and true or false", a.Name)
		}
	case schema.DateTime:
		if o.at, err = schema.ParseTime(v.Text); err != nil || !slices.Contains(ordered, op) {
			return o, errorf("%s is compared by eq, ne, gt, ge, lt or le with a time such as 2026-11-22T09:30:00Z", a.Name)
		}
	case schema.Integer, schema.Decimal:
		if o.number, ok = numberOf(v.Text); !ok || !slices.Contains(ordered, op) {
			return o, errorf("%s is compared by eq, ne, gt, ge, lt or le with a number", a.Name)
		}
	case schema.Binary:
		if op != filter.Equal && slices.Contains(ordered, op) {
			return o, errorf("%s has no order", a.Name)
		}
	default:
		if v.Kind == filter.Number {
			if o.number, ok = numberOf(v.Text); !ok {
				return o, errorf("the number compared with %s is too large", a.Name)
			}
		}
	}
	return o, nil
}

// numberOf reads a number that both databases can compare.
func numberOf(text string) (any, bool) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, true
	}
	f, err := strconv.ParseFloat(text, 64)
	return f, err == nil && !math.IsInf(f, 0) && !math.IsNaN(f)
}
