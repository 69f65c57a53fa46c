package list

import "github.com/feddir/feddir/internal/apierror"

// The size of a page where none is asked for, and the largest.
const (
	DefaultPageSize = 50
	MaxPageSize     = 100
)

// Args are the arguments of a connection, as Relay has them.
type Args struct {
	After  *string
	First  *int
	Before *string
	Last   *int
}

// NewArgs returns arguments in the order in which fields have them.
func NewArgs(after *string, first *int, before *string, last *int) Args {
	return Args{after, first, before, last}
}

// Size is how long a page is to be.
func (a Args) Size() (int, error) {
	if a.First != nil && a.Last != nil {
		return 0, apierror.Errorf(apierror.Invalid, "last", "first and last do not go together")
	}
	field, size := "first", a.First
	if a.Last != nil {
		field, size = "last", a.Last
	}
	switch {
	case size == nil:
		return DefaultPageSize, nil
	case *size < 0:
		return 0, apierror.Errorf(apierror.Invalid, field, "%s must not be negative", field)
	case *size > MaxPageSize:
		return 0, apierror.Errorf(apierror.Limit, field, "%s must be at most %d", field, MaxPageSize)
	}
	return *size, nil
}
