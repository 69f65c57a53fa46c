package graph

import (
	"unicode/utf8"

	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/search"
	"github.com/feddir/feddir/internal/apierror"
)

// checkName refuses a name that nobody sees, and one whose key the indexes do
// not hold. A name that was there before is not asked again.
func checkName(attribute, old, name string) error {
	switch {
	case name == old:
		return nil
	case schematype.Blank(name):
		return apierror.Errorf(apierror.Invalid, attribute, "%s must have a character that is seen", attribute)
	case utf8.RuneCountInString(schematype.NameKey(name)) > search.MaxValue:
		return apierror.Errorf(apierror.Invalid, attribute, "%s is longer than %d characters", attribute, search.MaxValue)
	}
	return nil
}
