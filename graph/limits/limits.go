package limits

import (
	"fmt"
	"reflect"
	"time"
)

// Limits bounds one GraphQL request. Every value must be at least 1.
type Limits struct {
	BodyBytes int64 // HTTP request body, in bytes

	Tokens     int // lexical tokens of the document, comments included
	NameBytes  int // one name in the document, in bytes
	Depth      int // nested selections, following fragments
	Aliases    int // renamed fields of one operation, following fragments
	RootFields int // fields selected on the root type, following fragments
	Fields     int // fields of one operation, following fragments
	Repeats    int // the same response name within one pair of braces
	Directives int // directives in the whole document

	VariableDepth  int // nested lists and objects in the variables
	VariableValues int // values in the variables

	Predicates int            // conditions in all where arguments of an operation
	WhereDepth int            // nested objects in one where argument
	ListItems  int            // items of one list given as input
	Lists      map[string]int // exceptions to ListItems by argument or input field name

	PageDefault int // items of a connection without first and last
	PageMax     int // items of one page of a connection
	Cost        int // points an operation may cost, see Cost

	ReadBytes int64 // values that one operation reads for its answer, in bytes

	Errors  int           // errors in one answer
	Timeout time.Duration // from reading the request to the last resolver
}

// DefaultLimits returns the limits that are published in the documentation.
func DefaultLimits() Limits {
	return Limits{
		BodyBytes:      256 << 10,
		Tokens:         1000,
		NameBytes:      64,
		Depth:          15,
		Aliases:        30,
		RootFields:     20,
		Fields:         400,
		Repeats:        10,
		Directives:     20,
		VariableDepth:  32,
		VariableValues: 10_000,
		Predicates:     30,
		WhereDepth:     4,
		ListItems:      100,
		Lists:          map[string]int{"memberIds": 1000},
		PageDefault:    50,
		PageMax:        100,
		Cost:           5000,
		ReadBytes:      16 << 20,
		Errors:         10,
		Timeout:        10 * time.Second,
	}
}

// Validate fails with the name of the first limit that is not positive. Some parts
// would take a missing limit for no limit, others would allow nothing.
func (l Limits) Validate() error {
	v := reflect.ValueOf(l)
	for i := range v.NumField() {
		if f := v.Field(i); f.CanInt() && f.Int() < 1 {
			return fmt.Errorf("limits: %s must be at least 1", v.Type().Field(i).Name)
		}
	}
	return nil
}

// list is how many items the list of the given argument or input field may have.
func (l Limits) list(name string) int {
	if n, ok := l.Lists[name]; ok {
		return n
	}
	return l.ListItems
}
